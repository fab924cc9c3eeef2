"""From runs to a section of RESULTS.md and a file of raw figures."""

import csv
import platform
import statistics
import subprocess
from pathlib import Path

BEGIN, END = "<!-- nginx: begin -->", "<!-- nginx: end -->"


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    return f"{model}, {cores} cores, {memory:.0f} GiB, Linux {platform.release()}"


def version(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)


def spread(runs):
    rates = [run.per_second for run in runs]
    return f"{(max(rates) - min(rates)) / statistics.median(rates):.0%}"


def table(results):
    """`results`: [(case, connections, bytes, {server name: [Run]})]."""
    lines = ["| What | Connections | Bytes | nginx /s | revserve /s | Ratio | p99 nginx | p99 revserve | CPU nginx | CPU revserve | CPU ratio |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for case, connections, size, runs in results:
        theirs, ours = runs["nginx"], runs["revserve"]
        ratio = median(ours, "per_second") / median(theirs, "per_second")
        shown = f"{ratio:.2f}" if ratio >= 1 else f"**{ratio:.2f}**"
        lines.append(
            f"| {case.name} | {connections} | {size:,} "
            f"| {median(theirs, 'per_second'):,.0f} ± {spread(theirs)} | {median(ours, 'per_second'):,.0f} ± {spread(ours)} | {shown} "
            f"| {median(theirs, 'p99_ms'):.2f} ms | {median(ours, 'p99_ms'):.2f} ms "
            f"| {median(theirs, 'cpu_us'):.1f} µs | {median(ours, 'cpu_us'):.1f} µs "
            f"| {median(theirs, 'cpu_us') / median(ours, 'cpu_us'):.2f} |")
    return "\n".join(lines)


def section(results, memory, command, rounds, seconds, note):
    wins = sum(median(r["revserve"], "per_second") >= median(r["nginx"], "per_second") for *_, r in results)
    return f"""{BEGIN}
## Against nginx, the same bytes

One worker each, alone on one core; wrk on another; connections kept alive. Each figure is the median of
{rounds} rounds of {seconds} s, in which the two took turns; ± is the distance between the best and the worst round.
CPU is the server's time per request. nginx serves files with what revserve answered, in each coding, with
`gzip_static`, `brotli_static` where the module is installed, `open_file_cache`, `sendfile`, no log, and the same
headers except for its own form of ETag and Server; nginx has no zstd, so it is led to the right file by a rewrite.
Ratios below 1 are bold: there nginx is faster. revserve is at least as fast in {wins} of {len(results)} rows.

- Machine: {machine()}
- {version("/usr/sbin/nginx", "-v") if Path("/usr/sbin/nginx").exists() else version("nginx", "-v")}; {version("wrk", "-v").split(" Copyright")[0]}; {note}
- Command: `{command}`
- Memory after all runs (proportional, all processes): nginx {memory['nginx'] / 2**20:.1f} MiB, revserve {memory['revserve'] / 2**20:.1f} MiB

{table(results)}
{END}
"""


def write(text, results_file):
    """Puts the section between its markers; whatever else the file holds stays."""
    old = results_file.read_text() if results_file.exists() else "# Measurements\n\n"
    if BEGIN in old and END in old:
        before, rest = old.split(BEGIN, 1)
        after = rest.split(END, 1)[1].lstrip("\n")
    else:
        before, after = old.rstrip("\n") + "\n\n", ""
    results_file.write_text(before + text + ("\n" + after if after else ""))


def write_raw(results, raw_file):
    with raw_file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["case", "connections", "server", "round", "requests_per_second", "p99_ms", "cpu_us", "errors"])
        for case, connections, _, runs in results:
            for name, list_of_runs in runs.items():
                for number, run in enumerate(list_of_runs, 1):
                    rows.writerow([case.name, connections, name, number, f"{run.per_second:.1f}",
                                   f"{run.p99_ms:.3f}", f"{run.cpu_us:.2f}", run.errors])
