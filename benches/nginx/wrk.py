"""One run of wrk, and its figures."""

import re
import resource
import subprocess
import time
from dataclasses import dataclass

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass
class Run:
    per_second: float
    p99_ms: float  # of h2load the mean, which is all that it tells
    cpu_us: float  # CPU time of all the servers' processes per request
    errors: int
    busy: float  # share of its core that the load generator used


class Watched:
    """A load generator's output, and the CPU time that it and the servers took meanwhile."""

    def __init__(self, command, servers):
        before = sum(server.cpu_seconds() for server in servers)
        own, start = _children(), time.monotonic()
        self.output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        self.busy = (_children() - own) / (time.monotonic() - start)
        self.cpu = sum(server.cpu_seconds() for server in servers) - before


def _children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(servers, path, headers, connections, seconds, core, expect):
    """Asks the first server; the CPU time of all of them counts."""
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "10s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    watched = Watched([*command, f"http://127.0.0.1:{servers[0].port}{path}"], servers)
    output = watched.output
    total = int(re.search(r"(\d+) requests in", output).group(1))
    number, unit = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s|m)", output, re.M).groups()
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = int(refused.group(1)) if refused else 0
    if expect == 404:
        # All answers should be what wrk calls errors.
        errors = total - errors
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    errors += sum(map(int, broken.groups())) if broken else 0
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return Run(rate, float(number) * UNITS[unit], watched.cpu / max(total, 1) * 1e6, errors, watched.busy)
