#!/usr/bin/env python3
"""Makes up a Moodle-shaped tree of any size: generate.py FOLDER --plugins N --themes N --icons N

All of it is our own: nothing is taken from Moodle or any plugin. The same numbers give the same bytes. Beside the checkout
lie a data folder and a site file with fixed revisions.
"""

import argparse
import json
import pathlib

TYPES = {
    "mod": "mod", "auth": "auth", "enrol": "enrol", "block": "blocks", "filter": "filter", "qtype": "question/type",
    "qbehaviour": "question/behaviour", "format": "course/format", "report": "report", "repository": "repository",
    "tool": "admin/tool", "editor": "lib/editor", "local": "local", "theme": "theme", "availability": "availability/condition",
    "profilefield": "user/profile/field", "gradeexport": "grade/export", "gradereport": "grade/report",
}
SPREAD = [kind for kind in TYPES if kind != "theme"]
SUBSYSTEMS = {"course": "course", "user": "user", "grades": "grade", "message": "message", "search": "search", "help": None}
ICONS_A_FOLDER = 500
THEMEREV, JSREV = 1770000000, 1770000100


class Tree:
    def __init__(self, root):
        self.root = root
        self.folders = set()

    def write(self, path, text):
        path = self.root / path
        if path.parent not in self.folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(path.parent)
        path.write_text(text)


def svg(n):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><path d="M{n % 16} {n // 16 % 16}'
        f'h{n % 7 + 1}v{n % 5 + 1}z" fill="#{n * 2654435761 % 0xFFFFFF:06x}"/></svg>\n'
    )


def module(component, n):
    body = "".join(f'function f{i}(a,b){{return a*{n * 31 + i}+b}}' for i in range(20))
    return f'define("{component}/part{n}",["jquery"],function($){{{body}return{{run:f{n % 20}}}}});\n'


def version(component):
    return f"<?php\ndefined('MOODLE_INTERNAL') || die();\n$plugin->component = '{component}';\n$plugin->version = 2025100600;\n"


def sheet(component, n):
    rules = (f".{component} .part-{i} {{\n    margin: {i}px {n % 13}px;\n    color: #{(n * 7919 + i) % 0xFFFFFF:06x};\n}}\n" for i in range(12))
    return "".join(rules)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--plugins", type=int, default=2000)
    options.add_argument("--themes", type=int, default=60)
    options.add_argument("--icons", type=int, default=100_000)
    options = options.parse_args()
    root = options.folder.resolve()
    tree = Tree(root / "moodle")
    tree.write("version.php", "<?php\ndefined('MOODLE_INTERNAL') || die();\n$version = 2025100600.00;\n$release = '5.1';\n$branch = '501';\n")
    tree.write("lib/components.json", json.dumps({"plugintypes": TYPES, "subsystems": SUBSYSTEMS}, indent=1))
    tree.write("lib/setup.php", "<?php\n$CFG->yui3version = '3.18.1';\n$CFG->yuipatchlevel = 0;\n$CFG->yui2version = '2.9.0';\n")
    tree.write("lib/javascript-static.js", "var M = M || {};\nM.util = {};\n" + "".join(f"M.util.f{i} = function(longName) {{ return longName + {i}; }};\n" for i in range(300)))
    for n in range(50):
        tree.write(f"lib/amd/build/core{n}.min.js", module("core", n))

    icons = options.icons
    each = icons * 85 // 100 // max(options.plugins, 1)  # the rest is the core's
    for n in range(options.plugins):
        kind = SPREAD[n % len(SPREAD)]
        component, folder = f"{kind}_p{n}x", f"{TYPES[kind]}/p{n}x"
        tree.write(f"{folder}/version.php", version(component))
        tree.write(f"{folder}/styles.css", sheet(component, n))
        for m in range(2):
            tree.write(f"{folder}/amd/build/part{m}.min.js", module(component, m))
        for m in range(max(each, 1)):
            tree.write(f"{folder}/pix/{'icon' if m == 0 else f'i/a{m}'}.svg", svg(n * each + m))
            icons -= 1
        if kind == "mod" and n % 5 == 0:
            tree.write(f"{folder}/db/subplugins.json", json.dumps({"subplugintypes": {f"sub{n}": "parts"}}))
            tree.write(f"{folder}/parts/one/version.php", version(f"sub{n}_one"))
    for n in range(max(icons, 0)):
        tree.write(f"pix/f{n // ICONS_A_FOLDER}/c{n}.svg", svg(n))

    for n in range(options.themes):
        name = f"look{n}"
        parents = "[]" if n == 0 else "['look0']" if n % 3 else f"['look{n - 1 - (n - 1) % 3}', 'look0']" if n > 3 else "['look0']"
        tree.write(f"theme/{name}/version.php", version(f"theme_{name}"))
        tree.write(
            f"theme/{name}/config.php",
            f"<?php\ndefined('MOODLE_INTERNAL') || die();\nrequire_once(__DIR__ . '/lib.php');\n$THEME->name = '{name}';\n"
            f"$THEME->parents = {parents};\n$THEME->sheets = ['own'];\n$THEME->editor_sheets = [];\n$THEME->usefallback = true;\n"
            f"$THEME->layouts = ['base' => ['file' => 'columns.php', 'regions' => []], 'course' => ['file' => 'columns.php', 'regions' => ['side-pre']]];\n",
        )
        tree.write(f"theme/{name}/lib.php", f"<?php\nfunction theme_{name}_extra($theme) {{\n    return '.look {{ order: {n} }}';\n}}\n")
        tree.write(f"theme/{name}/style/own.css", sheet(name, n))
        tree.write(f"theme/{name}/pix/favicon.ico", "not really\n")
        tree.write(f"theme/{name}/pix/screenshot.svg", svg(n))

    (root / "data/filedir").mkdir(parents=True, exist_ok=True)
    (root / "site.toml").write_text(
        f'[site]\ncheckout = "{root}/moodle"\nwwwroot = "http://127.0.0.1:8080"\ndataroot = "{root}/data"\n'
        f'localcachedir = "{root}/local"\n[revisions]\nsource = "fixed"\nthemerev = {THEMEREV}\njsrev = {JSREV}\n'
    )


if __name__ == "__main__":
    main()
