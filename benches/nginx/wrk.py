"""One run of wrk, and its figures."""

import re
import subprocess
from dataclasses import dataclass

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass
class Run:
    per_second: float
    p99_ms: float
    cpu_us: float  # server's CPU time per request
    errors: int


def run(server, path, headers, connections, seconds, core, expect):
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "10s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    before = server.cpu_seconds()
    output = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"],
                            capture_output=True, text=True, check=True).stdout
    used = server.cpu_seconds() - before
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
    return Run(rate, float(number) * UNITS[unit], used / max(total, 1) * 1e6, errors)
