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


def shown(ratio):
    return f"{ratio:.2f}" if ratio >= 1 else f"**{ratio:.2f}**"


def table(results, delay="p99", one="nginx", other="revserve"):
    """`results`: [(case, connections, bytes, {server name: [Run]})]."""
    lines = [f"| What | Connections | Bytes | {one} /s | {other} /s | Ratio | {delay} {one} | {delay} {other} "
             f"| CPU {one} | CPU {other} | CPU ratio | load generator |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for case, connections, size, runs in results:
        theirs, ours = runs[one], runs[other]
        lines.append(
            f"| {case.name} | {connections} | {size:,} "
            f"| {median(theirs, 'per_second'):,.0f} ± {spread(theirs)} | {median(ours, 'per_second'):,.0f} ± {spread(ours)} "
            f"| {shown(median(ours, 'per_second') / median(theirs, 'per_second'))} "
            f"| {median(theirs, 'p99_ms'):.2f} ms | {median(ours, 'p99_ms'):.2f} ms "
            f"| {median(theirs, 'cpu_us'):.1f} µs | {median(ours, 'cpu_us'):.1f} µs "
            f"| {shown(median(theirs, 'cpu_us') / median(ours, 'cpu_us'))} "
            f"| {median(theirs, 'busy'):.0%}, {median(ours, 'busy'):.0%} |")
    return "\n".join(lines)


def wins(results, figure, one="nginx", other="revserve"):
    """In how many rows the other is at least as good: in requests per second, or in CPU time per request."""
    def at_least(runs):
        theirs, ours = median(runs[one], figure), median(runs[other], figure)
        return ours >= theirs if figure == "per_second" else ours <= theirs
    return sum(at_least(runs) for *_, runs in results)


def section(parts, memory, command, rounds, seconds, note):
    """`parts`: what `run` measured, by name; those that are missing were not."""
    results = parts.get("keep-alive", [])
    text = f"""{BEGIN}
## Against nginx, the same bytes

One worker each, alone on one core; the load generator on another. Each figure is the median of {rounds} rounds of
{seconds} s, in which the servers took turns; ± is the distance between the best and the worst round. CPU is the time of all
the servers' processes per request. nginx serves files with what revserve answered, in each coding, with `gzip_static`,
`brotli_static` where the module is installed, `open_file_cache`, `sendfile`, no log, and the same headers except for its own
form of ETag and Server; nginx has no zstd, so it is led to the right file by a rewrite. Ratios below 1 are bold: there nginx
is faster. The last column says how busy the load generator was with nginx and with revserve: near 100 % it is what limits
the rate, and CPU per request is what tells the servers apart.

- Machine: {machine()}
- {version("/usr/sbin/nginx", "-v") if Path("/usr/sbin/nginx").exists() else version("nginx", "-v")}; {version("wrk", "-v").split(" Copyright")[0]}; {note}
- Command: `{command}`
- Memory after all runs (proportional, all processes): nginx {memory['nginx'] / 2**20:.1f} MiB, revserve {memory['revserve'] / 2**20:.1f} MiB

Connections kept alive: revserve answers at least as many requests in {wins(results, 'per_second')} of {len(results)} rows, and
takes no more CPU time for one in {wins(results, 'cpu_us')}.

{table(results)}
"""
    if rows := parts.get("hanging up"):
        text += f"\nA new connection for each request (`Connection: close`):\n\n{table(rows)}\n"
    if rows := parts.get("http2"):
        text += (f"\nHTTP/2 over cleartext, by h2load, 16 streams at once on each connection; of delays it tells only the mean:"
                 f"\n\n{table(rows, 'mean')}\n")
    if rows := parts.get("behind"):
        text += f"""
Behind nginx as a proxy, on the same core as what is behind it, by a Unix socket with connections kept: another nginx, or
revserve. CPU is that of both processes. (An nginx that serves files itself needs no second process: its figures are those
above.)

{table(rows, one="nginx, then nginx", other="nginx, then revserve")}
"""
    if rows := parts.get("instructions"):
        text += """
Instructions of the servers' own code per request, counted by callgrind over one connection; those of the kernel, where
most of the time goes, are not in it:

| What | nginx | revserve | Ratio |
|---|--:|--:|--:|
"""
        text += "".join(f"| {case.name} | {theirs:,.0f} | {ours:,.0f} | {shown(theirs / ours)} |\n"
                        for case, theirs, ours in rows)
    if costs := parts.get("memory"):
        text += "\nMemory of the processes' own, without the kernel's buffers:\n\n"
        text += f"- An idle connection that asked once: nginx {octets(costs['nginx'])}, revserve {octets(costs['revserve'])}\n"
        if "assets" in costs:
            number, bodies, used = costs["assets"]
            text += (f"- {number} SVG images with all their codings, {bodies / number:,.0f} bytes each: "
                     f"{used / number:,.0f} bytes of memory each\n")
    return text + END + "\n"


def octets(number):
    return "not measured" if number is None else f"{number:,.0f} bytes"


def write(text, results_file):
    """Puts the section between its markers; whatever else the file holds stays."""
    old = results_file.read_text() if results_file.exists() else "# Measurements\n\n"
    if BEGIN in old and END in old:
        before, rest = old.split(BEGIN, 1)
        after = rest.split(END, 1)[1].lstrip("\n")
    else:
        before, after = old.rstrip("\n") + "\n\n", ""
    results_file.write_text(before + text + ("\n" + after if after else ""))


def write_raw(parts, raw_file):
    with raw_file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["part", "case", "connections", "server", "round", "requests_per_second", "delay_ms", "cpu_us",
                       "errors", "load_generator_busy"])
        for part in ("keep-alive", "hanging up", "http2", "behind"):
            for case, connections, _, runs in parts.get(part, []):
                for name, list_of_runs in runs.items():
                    for number, run in enumerate(list_of_runs, 1):
                        rows.writerow([part, case.name, connections, name, number, f"{run.per_second:.1f}",
                                       f"{run.p99_ms:.3f}", f"{run.cpu_us:.2f}", run.errors, f"{run.busy:.2f}"])
