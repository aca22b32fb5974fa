#!/usr/bin/env python3
"""httpd.py DIR [PORT] - an HTTP server on 127.0.0.1 for the tests of what is told

DIR/port gets its port. Each request goes to DIR/log as one JSON line: time, method, path, headers, body. What it answers stands in DIR/mode, which is read anew for
each request: "200" or another status, "hang" (nothing, ever), "cut" (the connection is closed in the middle of the answer), "refuse WORD" (500 if the body holds WORD,
else 200), "once N" (500 for the first N requests).
"""
import json
import os
import socket
import sys
import threading
import time

room = sys.argv[1]
lock = threading.Lock()
seen = 0


def mode():
    try:
        with open(os.path.join(room, "mode"), encoding="utf-8") as f:
            return f.read().strip() or "200"
    except FileNotFoundError:
        return "200"


def read_request(s):
    data = b""
    while b"\r\n\r\n" not in data:
        more = s.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
    while len(body) < int(headers.get("content-length", "0")):
        more = s.recv(65536)
        if not more:
            return None
        body += more
    method, path, _ = lines[0].split(" ", 2)
    return {"time": time.time(), "method": method, "path": path, "headers": headers, "body": body.decode("utf-8", "surrogateescape")}


def answer(request, how):
    global seen
    with lock:
        seen += 1
        first = seen
    if how.startswith("refuse "):
        return "500" if how.split(" ", 1)[1] in request["body"] else "200"
    if how.startswith("once "):
        return "500" if first <= int(how.split(" ", 1)[1]) else "200"
    return how


def serve(s):
    with s:
        request = read_request(s)
        if request is None:
            return
        how = answer(request, mode())
        request["answer"] = how
        with lock, open(os.path.join(room, "log"), "a", encoding="utf-8", errors="surrogateescape") as f:
            f.write(json.dumps(request) + "\n")
        if how == "hang":
            time.sleep(3600)
        elif how == "cut":
            s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok")
        else:
            s.sendall(f"HTTP/1.1 {how} x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n".encode())


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0))
listener.listen(128)
port = os.path.join(room, "port")
with open(port + ".new", "w", encoding="utf-8") as out:
    out.write(str(listener.getsockname()[1]))
os.rename(port + ".new", port)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
