//! Media types that revserve sends (moodle-assets.md §5).

/// The type of an asset's body. Closed: nothing else is ever served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ContentType {
    Css = 1,
    JavaScript = 2,
    /// A source map. Moodle sends it without a type of its own, so as the default one.
    SourceMap = 3,
    Svg = 10,
    Png = 11,
    Gif = 12,
    Jpeg = 13,
    Icon = 14,
    Woff2 = 20,
    Woff = 21,
    Ttf = 22,
    Otf = 23,
    Eot = 24,
}

use ContentType::*;

impl ContentType {
    pub const ALL: [ContentType; 13] =
        [Css, JavaScript, SourceMap, Svg, Png, Gif, Jpeg, Icon, Woff2, Woff, Ttf, Otf, Eot];

    /// The value of the `Content-Type` header.
    pub const fn header(self) -> &'static str {
        match self {
            Css => "text/css; charset=utf-8",
            JavaScript => "application/javascript; charset=utf-8",
            SourceMap => "text/html; charset=utf-8",
            Svg => "image/svg+xml",
            Png => "image/png",
            Gif => "image/gif",
            Jpeg => "image/jpeg",
            Icon => "image/vnd.microsoft.icon",
            Woff2 => "font/woff2",
            Woff => "font/woff",
            Ttf => "font/ttf",
            Otf => "font/otf",
            Eot => "application/vnd.ms-fontobject",
        }
    }

    /// The type that a file name's extension stands for, without the dot, lower case.
    pub fn from_extension(extension: &str) -> Option<ContentType> {
        Some(match extension {
            "css" => Css,
            "js" => JavaScript,
            "map" => SourceMap,
            "svg" => Svg,
            "png" => Png,
            "gif" => Gif,
            "jpg" | "jpeg" => Jpeg,
            "ico" => Icon,
            "woff2" => Woff2,
            "woff" => Woff,
            "ttf" => Ttf,
            "otf" => Otf,
            "eot" => Eot,
            _ => return None,
        })
    }

    /// The type stored under this number in an entry.
    pub fn from_number(number: u8) -> Option<ContentType> {
        Self::ALL.into_iter().find(|t| *t as u8 == number)
    }

    /// Whether a content coding can make it smaller: text, and formats without compression of their own.
    pub const fn is_compressible(self) -> bool {
        matches!(self, Css | JavaScript | SourceMap | Svg | Icon | Ttf | Otf | Eot)
    }

    /// Fonts are fetched with CORS by browsers and need `Access-Control-Allow-Origin`.
    pub const fn is_font(self) -> bool {
        matches!(self, Woff2 | Woff | Ttf | Otf | Eot)
    }

    /// Images, which intermediaries must not transform.
    pub const fn is_image(self) -> bool {
        matches!(self, Svg | Png | Gif | Jpeg | Icon)
    }
}
