"""Instructions that a server's own code needs per request, counted by callgrind. The kernel's are not among them."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

# So many requests over one connection, one after another: what the server does once a second is lost among them.
REQUESTS = 5000


def tool(folder):
    """How a server is started to be counted; nothing where valgrind is not installed."""
    if not shutil.which("valgrind"):
        return ()
    return ("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.%p", "-q")


def count(server, folder, path, headers):
    """The middle of nothing: counts do not move with the machine's load."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    request += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(60)
        asking = Asking(client, request.encode())
        for _ in range(200):  # until everything is hot
            asking.once()
        _control("--zero", server.process.pid)
        for _ in range(REQUESTS):
            asking.once()
        _control("--dump", server.process.pid)
    # Each dump has a number of its own, or no number while there is but one.
    newest = max(Path(folder).glob(f"callgrind.{server.process.pid}*"), key=lambda file: file.stat().st_mtime_ns)
    total = sum(int(number) for number in re.findall(r"^totals: (\d+)", newest.read_text(), re.M))
    return total / REQUESTS


class Asking:
    """Sends a request and reads an answer as long as the first one was."""

    def __init__(self, client, request):
        self.client, self.request = client, request
        client.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        head, body = head.split(b"\r\n\r\n", 1)
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.I)
        self.length = len(head) + 4 + (int(length.group(1)) if length else 0)
        self._read(self.length - len(head) - 4 - len(body))

    def once(self):
        self.client.sendall(self.request)
        self._read(self.length)

    def _read(self, length):
        while length > 0:
            got = len(self.client.recv(min(length, 1 << 20)))
            if not got:
                raise SystemExit("the server hung up")
            length -= got


def _control(what, pid):
    subprocess.run(["callgrind_control", what, str(pid)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
