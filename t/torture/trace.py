"""Reads a trace of strace -f -y -xx into operations on files, and into what the world was told meanwhile."""

import os
import re

CALLS = "openat,open,creat,write,writev,ftruncate,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,fsync,fdatasync,execve"
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def plain(s):
    """A string of strace -xx, as bytes."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), s.encode())


def lines(path):
    """(pid, call, arguments, result) in the order in which they ended."""
    begun = {}
    with open(path, errors="replace") as f:
        for line in f:
            m = re.match(r"(\d+) +(.*)\n", line)
            if not m:
                continue
            pid, rest = int(m[1]), m[2]
            if rest.endswith(" <unfinished ...>"):
                begun[pid] = rest[: -len(" <unfinished ...>")]
                continue
            m = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
            if m:
                rest = begun.pop(pid, "") + m[1]
            m = re.match(r"(\w+)\((.*)\) += (-?\d+|\?)", rest)
            if m:
                yield pid, m[1], m[2], m[3]
            m = re.match(r"\+\+\+ exited with (\d+)", rest)
            if m:
                yield pid, "exited", m[1], "0"


def names(args):
    """The paths that the arguments mean: a name beside the directory of its descriptor, or the descriptor's own."""
    found = []
    for m in re.finditer(r'(?:\d+|AT_FDCWD)<([^>]*)>(?:, "((?:[^"\\]|\\.)*)")?|"((?:[^"\\]|\\.)*)"', args):
        if m[3] is not None:
            found.append(plain(m[3]).decode(errors="replace"))
        else:
            base = plain(m[1]).decode(errors="replace").removesuffix(" (deleted)")
            found.append(os.path.normpath(os.path.join(base, plain(m[2]).decode(errors="replace"))) if m[2] is not None else base)
    return found


def operations(path, root):
    """Each (operation, path, extra) below root; and ("told", program, what) for what is known outside from here on."""
    program = {}
    for pid, call, args, result in lines(path):
        if call == "exited":
            if pid in program:
                yield "told", program[pid] + " ended", args
            continue
        if result.startswith("-"):
            continue
        if call == "execve":
            words = [plain(w).decode(errors="replace") for w in STRING.findall(args)]
            program[pid] = os.path.basename(words[0])
            yield "told", program[pid], words
            continue
        paths = names(args.split(", ", 1)[0] if call.startswith("write") else args)
        if call in ("openat", "open", "creat"):
            if paths[0].startswith(root) and "O_CREAT" in args:
                yield "open", paths[0], None
            if paths[0].startswith(root) and "O_TRUNC" in args:
                yield "truncate", paths[0], None
        elif call in ("write", "writev"):
            data = b"".join(plain(s) for s in STRING.findall(args))[: int(result)]
            if paths and paths[0].startswith(root):
                yield "write", paths[0], data
            elif args.startswith("1<"):
                yield "told", program.get(pid, "?") + " said", data.decode(errors="replace")
        elif call == "ftruncate" and paths[0].startswith(root):
            yield "truncate", paths[0], None
        elif call.startswith("rename") and paths[0].startswith(root):
            yield "rename", paths[0], paths[1]
        elif (call.startswith("unlink") or call == "rmdir") and paths[0].startswith(root):
            yield "unlink", paths[0], None
        elif call.startswith("mkdir") and paths[0].startswith(root):
            yield "mkdir", paths[0], None
        elif call.startswith("mknod") and paths[0].startswith(root):
            yield "mkfifo", paths[0], None
        elif call in ("fsync", "fdatasync") and paths[0].startswith(root):
            yield "sync", paths[0], None
        elif call.startswith(("link", "symlink")) and any(p.startswith(root) for p in paths):
            raise ValueError(f"{call}: not in the model")
