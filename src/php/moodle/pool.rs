//! The file pool: `get_file_storage()` and stored files.

use sha1::{Digest, Sha1};

use super::{Done, Moodle};
use crate::php::eval::{Args, Eval, Raise};
use crate::php::host::StoredFile;
use crate::php::value::{Array, Key, ObjectId, Value};

/// `$fs->get_file(context, component, area, item, path, name)` as it was called.
struct Wanted {
    context: i64,
    component: String,
    area: String,
    item: Option<i64>,
    path: String,
    name: String,
}

impl Moodle<'_> {
    /// There always is one; only its number is the database's to say. Themes ask for it before they know whether they
    /// want a file.
    pub(super) fn system_context(&self, eval: &mut Eval<'_>) -> Done {
        let (id, path) = match self.host.system_context() {
            Ok(id) => (Value::Int(id), Value::text(format!("/{id}"))),
            Err(reason) => {
                let unknown = eval.unknown("the number of context_system::instance()", reason);
                (unknown.clone(), unknown)
            }
        };
        let (level, instance, depth) = (Value::Int(10), Value::Int(0), Value::Int(1));
        Ok(eval.native_object(
            "context_system",
            &[("id", id), ("contextlevel", level), ("instanceid", instance), ("path", path), ("depth", depth)],
        ))
    }

    pub(super) fn storage_method(&self, eval: &mut Eval<'_>, method: &str, args: &mut Args) -> Option<Done> {
        Some(match method {
            "get_file" => self.get_file(eval, args),
            "file_exists" => self.get_file(eval, args).map(|file| match file {
                Value::Object(_) => Value::Bool(true),
                other => other,
            }),
            "get_area_files" => self.area_files(eval, args),
            "is_area_empty" => self.is_area_empty(eval, args),
            _ => return None,
        })
    }

    fn wanted(&self, eval: &mut Eval<'_>, args: &Args) -> Result<Wanted, Raise> {
        let mut text = |at: usize| -> Result<String, Raise> { Ok(eval.text(&args.value(at))?.lossy().into_owned()) };
        let (component, area) = (text(1)?, text(2)?);
        let (path, name) = (text(4)?, text(5)?);
        let context = match args.value(0) {
            // Wherever that is, there is nothing.
            Value::Unknown(_) if self.host.is_nothing_uploaded(&component, &area) => 0,
            context => context.known()?.to_int().unwrap_or(0),
        };
        Ok(Wanted {
            context,
            component,
            area,
            item: match args.value(3).known()? {
                Value::Bool(false) => None,
                Value::Array(_) => return Err(Raise::Unknown(eval.not_supported("several items of the file pool"))),
                item => Some(item.to_int().unwrap_or(0)),
            },
            path,
            name,
        })
    }

    fn files_of(&self, eval: &mut Eval<'_>, wanted: &Wanted) -> Result<Vec<StoredFile>, Raise> {
        if self.host.is_nothing_uploaded(&wanted.component, &wanted.area) {
            return Ok(Vec::new());
        }
        self.notes.area(format!("{}/{}/{}", wanted.context, wanted.component, wanted.area));
        match self.host.stored_files(wanted.context, &wanted.component, &wanted.area) {
            Ok(files) => {
                eval.charge(files.len())?;
                Ok(files.into_iter().filter(|file| wanted.item.is_none_or(|item| file.itemid == item)).collect())
            }
            Err(reason) => {
                let construct = format!("the files of {}/{}", wanted.component, wanted.area);
                Err(Raise::Unknown(eval.problem(construct, reason)))
            }
        }
    }

    fn get_file(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let wanted = self.wanted(eval, args)?;
        let item = wanted.item.unwrap_or(0);
        let name = if wanted.name.is_empty() { "." } else { &wanted.name };
        let found = self
            .files_of(eval, &wanted)?
            .into_iter()
            .find(|file| file.itemid == item && file.filepath == wanted.path && file.filename == name);
        Ok(match found {
            Some(file) => stored(eval, &file),
            None => Value::Bool(false),
        })
    }

    fn area_files(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let wanted = Wanted { path: String::new(), name: String::new(), ..self.wanted_area(eval, args)? };
        let folders = args.get(5).map_or(Ok(true), Value::truth)?;
        let mut files = self.files_of(eval, &wanted)?;
        files.retain(|file| folders || file.filename != ".");
        let order = match args.get(4) {
            None => "itemid, filepath, filename".to_owned(),
            Some(order) => eval.text(&order.clone())?.lossy().into_owned(),
        };
        self.sort(eval, &mut files, &order)?;
        if args.len() > 6 && args.value(6).truth()? {
            return Ok(eval.unsupported("get_area_files since a time"));
        }
        let mut out = Array::new();
        for file in &files {
            eval.charge_bytes(512)?;
            let object = stored(eval, file);
            out.insert(Key::from(&*pathname_hash(file)), object);
        }
        Ok(Value::Array(out))
    }

    fn wanted_area(&self, eval: &mut Eval<'_>, args: &Args) -> Result<Wanted, Raise> {
        let item = args.get(3).cloned().unwrap_or(Value::Bool(false));
        let list = vec![args.value(0), args.value(1), args.value(2), item];
        if let Some(Value::Array(_)) = args.get(2) {
            return Err(Raise::Unknown(eval.not_supported("several areas of the file pool")));
        }
        self.wanted(eval, &Args::of(list))
    }

    fn sort(&self, eval: &mut Eval<'_>, files: &mut [StoredFile], order: &str) -> Result<(), Raise> {
        let key = |file: &StoredFile, column: &str| -> Option<(i64, String)> {
            Some(match column {
                "itemid" => (file.itemid, String::new()),
                "filepath" => (0, file.filepath.clone()),
                "filename" => (0, file.filename.clone()),
                "filesize" => (file.filesize, String::new()),
                _ => return None,
            })
        };
        let columns: Vec<&str> = order.split(',').map(str::trim).filter(|column| !column.is_empty()).collect();
        let known = files.first().is_none_or(|file| columns.iter().all(|column| key(file, column).is_some()));
        if !known && files.len() > 1 || columns.is_empty() && files.len() > 1 {
            return Err(Raise::Unknown(eval.not_supported("this order of files")));
        }
        if known {
            files.sort_by_key(|file| columns.iter().map(|column| key(file, column)).collect::<Vec<_>>());
        }
        Ok(())
    }

    fn is_area_empty(&self, eval: &mut Eval<'_>, args: &mut Args) -> Done {
        let wanted = self.wanted_area(eval, args)?;
        let ignore = args.get(4).map_or(Ok(true), Value::truth)?;
        let files = self.files_of(eval, &wanted)?;
        Ok(Value::Bool(!files.iter().any(|file| !ignore || file.filename != ".")))
    }

    pub(super) fn file_method(&self, eval: &mut Eval<'_>, object: ObjectId, method: &str) -> Option<Done> {
        let property = match method {
            "get_content" => return Some(self.content(eval, object)),
            "is_directory" => {
                let name = eval.held_property(object, "filename");
                return Some(Ok(Value::Bool(name.as_text().is_some_and(|name| **name == *b"."))));
            }
            "get_filename" => "filename",
            "get_filepath" => "filepath",
            "get_contextid" => "contextid",
            "get_component" => "component",
            "get_filearea" => "filearea",
            "get_itemid" => "itemid",
            "get_contenthash" => "contenthash",
            "get_filesize" => "filesize",
            "get_mimetype" => "mimetype",
            "get_pathnamehash" => "pathnamehash",
            _ => return None,
        };
        Some(Ok(eval.held_property(object, property)))
    }

    fn content(&self, eval: &mut Eval<'_>, object: ObjectId) -> Done {
        let text = |name: &str| {
            let value = eval.held_property(object, name);
            value.as_text().map(|text| text.lossy().into_owned()).unwrap_or_default()
        };
        let number = |name: &str| eval.held_property(object, name).as_int().unwrap_or(0);
        let file = StoredFile {
            context: number("contextid"),
            component: text("component"),
            filearea: text("filearea"),
            itemid: number("itemid"),
            filepath: text("filepath"),
            filename: text("filename"),
            contenthash: text("contenthash"),
            filesize: number("filesize"),
            mimetype: text("mimetype"),
        };
        self.notes.stored(&file.contenthash);
        match self.host.stored_contents(&file) {
            Ok(bytes) => {
                eval.charge_string(bytes.len())?;
                Ok(Value::text(bytes))
            }
            Err(reason) => Ok(eval.unknown(format!("the content of {}", file.filename), reason)),
        }
    }
}

/// SHA-1 of `/context/component/area/item/path/name` (moodle-database.md).
fn pathname_hash(file: &StoredFile) -> String {
    let StoredFile { context, component, filearea, itemid, filepath, filename, .. } = file;
    let digest = Sha1::digest(format!("/{context}/{component}/{filearea}/{itemid}{filepath}{filename}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stored(eval: &mut Eval<'_>, file: &StoredFile) -> Value {
    let hash = pathname_hash(file);
    eval.native_object(
        "stored_file",
        &[
            ("contextid", Value::Int(file.context)),
            ("component", Value::text(&*file.component)),
            ("filearea", Value::text(&*file.filearea)),
            ("itemid", Value::Int(file.itemid)),
            ("filepath", Value::text(&*file.filepath)),
            ("filename", Value::text(&*file.filename)),
            ("contenthash", Value::text(&*file.contenthash)),
            ("filesize", Value::Int(file.filesize)),
            ("mimetype", Value::text(&*file.mimetype)),
            ("pathnamehash", Value::text(hash)),
        ],
    )
}
