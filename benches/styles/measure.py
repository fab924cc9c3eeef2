#!/usr/bin/env python3
"""Cold builds of themes' styles: time to the first byte, processor time, and memory of all processes.

    benches/styles/measure.py BINARY CHECKOUT [THEME…] [--runs 9] [--settings FILE.toml]

1. For each run and each list of sheets, a server with empty folders; an image first, so that the site is open.
2. The sheets of the first theme are asked for one after another; the median of the runs is printed, and the processor
   time up to the whole answer, which other work on the machine changes less.
3. All sheets of all themes are asked for at once; the peak of the summed proportional memory is printed.

The settings, `[themes.NAME]` sections of a site file, are for themes that do not compile without.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

REVISION = 1770000000
ADDRESS, ADMIN = "127.0.0.1:8392", "127.0.0.1:8393"

parser = argparse.ArgumentParser()
parser.add_argument("binary")
parser.add_argument("checkout")
parser.add_argument("themes", nargs="*", default=["boost"])
parser.add_argument("--runs", type=int, default=9)
parser.add_argument("--settings")
options = parser.parse_args()


class Server:
    """A server with empty folders of its own."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        subs = "".join(f"{theme} = {REVISION}\n" for theme in options.themes)
        settings = pathlib.Path(options.settings).read_text() if options.settings else ""
        site = pathlib.Path(self.folder.name, "site.toml")
        site.write_text(
            f'[site]\ncheckout = "{os.path.abspath(options.checkout)}"\nwwwroot = "http://{ADDRESS}"\n'
            f'dataroot = "{self.folder.name}"\n[revisions]\nsource = "fixed"\nthemerev = {REVISION}\n'
            f"jsrev = {REVISION}\n[revisions.themes]\n{subs}{settings}"
        )
        command = [options.binary, "serve", "--site", site, "--listen", ADDRESS, "--admin", ADMIN]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                get(f"theme/image.php/{options.themes[0]}/core/{REVISION}/i/edit")
                return self
            except OSError:
                time.sleep(0.02)
        raise SystemExit("the server does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def processes(self):
        """The numbers of the process and all that it started."""
        pids = [self.process.pid]
        for pid in pids:
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    pids += map(int, open(f"/proc/{pid}/task/{task}/children").read().split())
            except OSError:
                continue
        return pids

    def memory(self):
        """Their proportional bytes."""
        total = 0
        for pid in self.processes():
            try:
                rollup = open(f"/proc/{pid}/smaps_rollup").read()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        return total << 10

    def processor(self):
        """Their seconds of processor time."""
        total = 0
        for pid in self.processes():
            try:
                fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")


def get(path):
    started = time.perf_counter()
    with urllib.request.urlopen(f"http://{ADDRESS}/{path}", timeout=60) as answer:
        answer.read(1)
        took = time.perf_counter() - started
        answer.read()
    return took


def styles(theme, sheet):
    return f"theme/styles.php/{theme}/{REVISION}_{REVISION}/{sheet}"


for sheets in (["all", "all-rtl"], ["all-rtl"], ["editor"]):
    took, work = {sheet: [] for sheet in sheets}, {sheet: [] for sheet in sheets}
    for _ in range(options.runs):
        with Server() as server:
            for sheet in sheets:
                before = server.processor()
                took[sheet].append(get(styles(options.themes[0], sheet)))
                work[sheet].append(server.processor() - before)
    for sheet, times in took.items():
        after = " after all" if sheet != sheets[0] else ""
        milliseconds = [round(1000 * value) for value in times]
        print(f"{options.themes[0]} {sheet}{after}: median {statistics.median(milliseconds)} ms, "
              f"best {min(milliseconds)}, worst {max(milliseconds)}, {options.runs} runs; "
              f"processor time, median {1000 * statistics.median(work[sheet]):.0f} ms")

with Server() as server:
    asked = [styles(theme, sheet) for theme in options.themes for sheet in ("all", "all-rtl")]
    threads = [threading.Thread(target=get, args=(path,)) for path in asked]
    peak = 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, server.memory())
        time.sleep(0.02)
    print(f"{len(asked)} sheets at once: peak {peak >> 20} MiB while they are built")
    improving, end = peak, time.time() + 40
    while time.time() < end:
        improving = max(improving, server.memory())
        time.sleep(0.1)
    print(f"best variants behind them: peak {improving >> 20} MiB")
