"""What is asked: one row per kind of answer."""

from dataclasses import dataclass, field, replace

CODINGS = ("identity", "gzip", "br", "zstd")


@dataclass(frozen=True)
class Case:
    name: str
    path: str
    coding: str = "identity"
    status: int = 200
    headers: dict = field(default_factory=dict)
    # Sends back the validator that the server under test gave for this URL.
    revalidate: bool = False
    # One of few to be measured where all would take too long.
    short: bool = False

    def request_headers(self, validator=None):
        headers = dict(self.headers)
        if self.coding != "identity":
            headers["Accept-Encoding"] = self.coding
        if self.revalidate and validator:
            headers["If-None-Match"] = validator
        return headers


# Paths by kind of site; {theme}, {tr}, {sub}, {jr} are filled from the arguments.
SETS = {
    "demo": {
        "svg": "/theme/image.php/{theme}/core/{tr}/i/leaf",
        "png": "/theme/image.php/{theme}/block_forecast/{tr}/sun",
        "font": "/theme/font.php/{theme}/theme/{tr}/round.woff2",
        "css": "/theme/styles.php/{theme}/{tr}_{sub}/all",
        "amd": "/lib/requirejs.php/{jr}/core/first.js",
        "script": "/lib/javascript.php/{jr}/lib/requirejs/require.js",
        "missing": "/theme/image.php/{theme}/core/{tr}/i/nosuchimage",
    },
    "moodle": {
        "svg": "/theme/image.php/{theme}/core/{tr}/t/edit",
        "png": "/theme/image.php/{theme}/core/{tr}/t/addfile",
        "font": "/theme/font.php/{theme}/core/{tr}/fa-solid-900.woff2",
        "css": "/theme/styles.php/{theme}/{tr}_{sub}/all",
        "amd": "/lib/requirejs.php/{jr}/core/first.js",
        "script": "/lib/javascript.php/{jr}/lib/javascript-static.js",
        "missing": "/theme/image.php/{theme}/core/{tr}/i/nosuchimage",
    },
}


def cases(kind, **values):
    """Every case of a kind of site."""
    at = {name: path.format(**values) for name, path in SETS[kind].items()}
    short = {"svg identity", "css br", "script br"}
    rows = []
    for name in ("svg", "css", "amd", "script"):
        rows += [Case(f"{name} {coding}", at[name], coding, short=f"{name} {coding}" in short) for coding in CODINGS]
    rows += [Case("png", at["png"]), Case("font", at["font"])]
    rows += [
        Case("304 svg", at["svg"], status=304, revalidate=True, short=True),
        Case("304 css br", at["css"], "br", status=304, revalidate=True),
        Case("404", at["missing"], status=404, short=True),
        Case("range of css", at["css"], status=206, headers={"Range": "bytes=0-1023"}),
        Case("range of amd", at["amd"], status=206, headers={"Range": "bytes=1024-5119"}),
    ]
    return rows


def hanging_up(rows):
    """The short rows, each request with a connection of its own."""
    return [replace(row, headers={**row.headers, "Connection": "close"}) for row in rows if row.short]
