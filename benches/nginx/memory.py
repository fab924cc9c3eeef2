"""What an idle connection and a cached asset cost in memory."""

import re
import resource
import socket
import time

from servers import ask

CONNECTIONS = 3000
# The allocator gives back what is freed at once instead of within ten seconds: else what the start had left is given
# back while something is measured, and that seems to take less than none.
GIVES_BACK = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0"}


def idle_connections(server, path):
    """Bytes of the server's own memory for each connection that asked once and stays open. The kernel's buffers are
    the same for every server and not in it. The server has to be a fresh one: what had many connections before has room
    for as many, and grows by nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 1000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise SystemExit(f"this needs {wanted} open files, and ulimit -Hn allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))

    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    def opened(count):
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        for client in clients:
            client.settimeout(30)
            client.sendall(request)
            client.recv(65536)
        return clients
    # What the first connections make once is not what one more costs, nor is what a start leaves for later.
    first = opened(100)
    before = at_rest(server, 30)
    more = opened(CONNECTIONS)
    time.sleep(0.5)
    used = server.resident() - before
    for client in first + more:
        client.close()
    # They cannot have taken none: something else was given back meanwhile.
    return used / CONNECTIONS if used > 0 else None


def at_rest(server, patience):
    """Bytes of its memory once that stands still, or after so many seconds."""
    end, last = time.monotonic() + patience, -1
    while time.monotonic() < end:
        now = server.resident()
        if last >= 0 and abs(now - last) < 65536:
            return now
        last = now
        time.sleep(2)
    return server.resident()


def cached_assets(server, targets, patience=120):
    """How many assets there are, bytes of all their codings, and of memory, once their best codings are made."""
    def asked(targets):
        bodies = 0
        for coding in ("identity", "gzip", "br", "zstd"):
            for target in targets:
                answer = ask(server.port, target, {} if coding == "identity" else {"Accept-Encoding": coding})
                if answer.status != 200:
                    raise SystemExit(f"{target}: {answer.status}")
                if (answer.header("content-encoding") or "identity") == coding:
                    bodies += len(answer.body)
        return bodies
    # What the first ones have the server read of the site is not what one more costs.
    first, more = targets[:50], targets[50:]
    asked(first)
    before = at_rest(server, patience)
    bodies = asked(more)
    # Memory moves while codings are made in the background: once it stands still, they are.
    return len(more), bodies, at_rest(server, patience) - before


def images(checkout, theme, themerev):
    """URLs of the core's SVG images."""
    folder = next((f for f in (checkout / "public/pix", checkout / "pix") if f.is_dir()), None)
    if folder is None:
        return []
    names = sorted(re.sub(r"\.svg$", "", str(file.relative_to(folder))) for file in folder.rglob("*.svg"))
    return [f"/theme/image.php/{theme}/core/{themerev}/{name}" for name in names if re.fullmatch(r"[\w/-]+", name)]
