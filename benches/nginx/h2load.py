"""One run of h2load, which speaks HTTP/2, and its figures."""

import re

from wrk import UNITS, Run, Watched

# Streams at once on each connection: as many as a browser asks for while it lays out a page.
STREAMS = 16


def run(servers, path, headers, connections, seconds, core, expect):
    command = ["taskset", "-c", str(core), "h2load", "-t1", f"-c{connections}", f"-m{STREAMS}", "-D", str(seconds),
               "--warm-up-time=0"]
    for name, value in headers.items():
        command += ["-H", f"{name.lower()}: {value}"]
    watched = Watched([*command, f"http://127.0.0.1:{servers[0].port}{path}"], servers)
    output = watched.output
    rate = float(re.search(r"finished in [\d.]+\w+, ([\d.]+) req/s", output).group(1))
    done = int(re.search(r"(\d+) done", output).group(1))
    answers = re.findall(r"(\d+) (\dxx)", output)
    failed = sum(int(n) for n in re.findall(r"(\d+) (?:failed|errored|timeout)", output))
    strange = sum(int(n) for n, kind in answers if kind != f"{expect // 100}xx")
    number, unit = re.search(r"time for request:\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)", output).groups()
    return Run(rate, float(number) * UNITS[unit], watched.cpu / max(done, 1) * 1e6, failed + strange, watched.busy)
