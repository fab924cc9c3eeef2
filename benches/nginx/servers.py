"""The two servers, each one worker on one core, and how to ask them something."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

# Headers that nginx makes itself, each from the file it serves.
OWN = {"content-length", "content-type", "date", "server", "etag", "last-modified", "connection",
       "accept-ranges", "content-range", "content-encoding", "transfer-encoding", "keep-alive"}
SUFFIX = {"gzip": ".gz", "br": ".br"}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name.lower())


def ask(port, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        # http.client would add Accept-Encoding: identity.
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body)
    finally:
        connection.close()


class Server:
    """A process with its children; `name` and `port` are set by who makes it."""

    def pids(self):
        pids, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            pids.append(pid)
            try:
                queue += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
            except OSError:
                pids.remove(pid)
        return pids

    def cpu_seconds(self):
        """User and system time of all its processes so far."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident(self):
        """Proportional memory of all its processes, in bytes: pages they share count once."""
        total = 0
        for pid in self.pids():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.M).group(1)) * 1024
        return total

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Revserve(Server):
    name = "revserve"

    def __init__(self, binary, site, core, folder, under=(), environment=None):
        """`under`: a program that runs it, with its options; `environment`: variables more."""
        self.log = folder / "revserve.log"
        out = self.log.open("w")
        self.socket = folder / "revserve.sock"
        command = ["taskset", "-c", str(core), *under, binary, "serve", *site, "--workers", "1",
                   "--listen", "127.0.0.1:0", "--listen", f"unix:{self.socket}", "--admin", "127.0.0.1:0"]
        environment = {**os.environ, "NO_COLOR": "1", **(environment or {})}
        self.process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        self.port = self._port()

    def _port(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = re.search(r"listening on http://[^\s/]*:(\d+)", self.log.read_text())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"revserve does not listen:\n{self.log.read_text()}")


class Nginx(Server):
    """Serves files that hold exactly what revserve answered, with the same headers."""

    name = "nginx"

    def __init__(self, answers, port, core, folder, brotli_module, under=()):
        """`answers`: {(path, coding): Answer} of revserve, 200 only, and {"404": Answer}. Listens on `port`, with
        HTTP/2 on `http2`, and on a Unix socket. Under a program it is one process, without a master.
        """
        self.port = port
        self.http2 = free_port()
        self.socket = folder / "nginx.sock"
        root = folder / "root"
        blocks = []
        for (path, coding), answer in answers["files"].items():
            self._write(root, path, coding, answer)
            if coding == "identity":
                blocks.append(_location(path, answer, answers["files"].get((path, "zstd"))))
        missing = answers["404"]
        config = folder / "nginx.conf"
        module = f"load_module {brotli_module};" if brotli_module else ""
        brotli = "brotli_static on;" if brotli_module else ""
        config.write_text(f"""
            {module}
            daemon off; {"master_process off;" if under else ""} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{ worker_connections 4096; }}
            http {{
                access_log off; server_tokens off; sendfile on; tcp_nopush on; tcp_nodelay on;
                keepalive_timeout 300; keepalive_requests 1000000000;
                http2_max_concurrent_streams 256;
                open_file_cache max=10000 inactive=300s; open_file_cache_valid 300s; open_file_cache_errors on;
                gzip_static on; gzip_vary off; {brotli} etag on; types {{ }}
                client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
                uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
                map $http_accept_encoding $zstd {{ default ""; "zstd" ".zst"; }}
                server {{
                    listen 127.0.0.1:{port} backlog=4096 reuseport; root {root};
                    listen 127.0.0.1:{self.http2} http2 backlog=4096; listen unix:{self.socket} backlog=4096;
                    error_page 404 @missing;
                    location @missing {{
                        default_type "{missing.header('content-type')}";
                        {_add_headers(missing, 'always')}
                        return 404 {_quoted(missing.body.decode())};
                    }}
                    {"".join(blocks)}
                }}
            }}""")
        self.process = start_nginx(config, self.port, core, under)

    def _write(self, root, path, coding, answer):
        file = root / (path.lstrip("/") + {**SUFFIX, "zstd": ".zst"}.get(coding, ""))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.body)
        modified = answer.header("last-modified")
        if modified:
            stamp = parsedate_to_datetime(modified).timestamp()
            os.utime(file, (stamp, stamp))


class Proxy(Server):
    """nginx in front of another server, by a Unix socket whose connections are kept."""

    def __init__(self, behind, core, folder):
        self.name = f"nginx, then {behind.name}"
        self.port = free_port()
        folder = folder / f"before-{behind.name}"
        folder.mkdir()
        config = folder / "nginx.conf"
        config.write_text(f"""
            daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{ worker_connections 4096; }}
            http {{
                access_log off; server_tokens off; tcp_nopush on; tcp_nodelay on;
                keepalive_timeout 300; keepalive_requests 1000000000;
                client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
                uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
                upstream behind {{ server unix:{behind.socket}; keepalive 64; keepalive_requests 1000000000; }}
                server {{
                    listen 127.0.0.1:{self.port} backlog=4096 reuseport;
                    location / {{ proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection "";
                                 proxy_buffers 16 64k; proxy_buffer_size 64k; proxy_busy_buffers_size 128k; }}
                }}
            }}""")
        self.process = start_nginx(config, self.port, core)


def start_nginx(config, port, core, under=()):
    binary = "/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "nginx"
    process = subprocess.Popen(["taskset", "-c", str(core), *under, binary, "-c", str(config), "-p", str(config.parent)])
    for _ in range(200):
        try:
            ask(port, "/")
            return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit("nginx does not listen")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _location(path, answer, zstd):
    """An exact location with the answer's type and headers; nginx knows no zstd, so it is told."""
    headers = _add_headers(answer)
    kind = f'default_type "{answer.header("content-type")}";'
    if zstd is None:
        return f"location = {path} {{ {kind} {headers} }}\n"
    return (f'location = {path} {{ {kind} {headers} if ($zstd) {{ rewrite ^ $uri$zstd last; }} }}\n'
            f'location = {path}.zst {{ {kind} {headers} add_header Content-Encoding zstd; gzip_static off; }}\n')


def _add_headers(answer, flag=""):
    rows = [(k, v) for k, v in answer.headers.items() if k not in OWN]
    return " ".join(f"add_header {name} {_quoted(value)} {flag};" for name, value in rows)


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
