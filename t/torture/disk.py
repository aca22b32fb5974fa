"""What a disk may keep of a trace: after any prefix, each name and each file's data as old as its last sync allows, independently of all others."""

import itertools
import os
import random
import re

FULL = 256  # combinations that are all tried; of more, the ends, each choice alone, and a sample
SAMPLE = 96
LOGS = re.compile(r"/(history|output\.log|events\.jsonl|stderr\.log|monitor\.log|check\.log|progress|pid|input|\.progress\.new|\.pid\.new|\.input\.new|started|[^/]*\.lock|lock)$")


class Node:
    def __init__(self, kind):
        self.kind = kind  # dir, file, fifo
        self.names = {}  # a directory as it is
        self.kept = {}  # ... and as it is on disk
        self.pending = []  # (name, node or None, the (directory, name) that must be kept with it)
        self.data = b""
        self.synced = b""

    def variants(self):
        """What may be found in a file after a cut."""
        if self.kind != "file" or self.data == self.synced:
            return [self.data]
        n = len(self.synced) if self.data.startswith(self.synced) else 0
        torn = self.data[: n + (len(self.data) - n + 1) // 2]
        zeros = self.data[:n] + bytes(len(self.data) - n)
        return [self.data, self.synced, torn, zeros]


class Disk:
    """Follows a trace; paths are strings below root."""

    def __init__(self, root):
        self.root = root
        self.top = Node("dir")

    def find(self, path):
        node = self.top
        for part in path[len(self.root) :].strip("/").split("/"):
            node = node.names.get(part) if part and node else node
        return node

    def place(self, path):
        return self.find(os.path.dirname(path)), os.path.basename(path)

    def ours(self, path):
        return path == self.root or path.startswith(self.root + "/")

    def set(self, path, node, needs=None):
        parent, name = self.place(path)
        if node:
            parent.names[name] = node
        else:
            parent.names.pop(name, None)
        parent.pending.append((name, node, needs))
        return parent, name

    def apply(self, op, path, extra=None):
        if op == "open":
            if not self.find(path):
                self.set(path, Node("file"))
        elif op == "truncate":
            self.find(path).data = b""
        elif op == "write":
            node = self.find(path)
            if node:
                node.data += extra
        elif op == "mkdir":
            self.set(path, Node("dir"))
        elif op == "mkfifo":
            self.set(path, Node("fifo"))
        elif op == "rename":
            to = self.set(extra, self.find(path))
            self.set(path, None, to)
        elif op == "unlink":
            self.set(path, None)
        elif op == "sync":
            node = self.find(path)
            if node and node.kind == "dir":
                node.kept = dict(node.names)
                node.pending = []
            elif node:
                node.synced = node.data

    # --- after a cut

    def choices(self):
        """[(key, possibilities)] of every name and every file's data that is not certain; a directory's key is (node, name), a file's its node."""
        found, seen = [], set()

        def walk(node, path):
            if id(node) in seen:
                return
            seen.add(id(node))
            possible = {}
            for name, value, needs in node.pending:
                possible.setdefault(name, [(node.kept.get(name), None)]).append((value, needs))
            found.extend(((node, name), values, f"{path}/{name}") for name, values in possible.items())
            children = {(name, id(v)): v for name, values in possible.items() for v, _ in values if v}
            children.update({(name, id(v)): v for name, v in node.kept.items()})
            for (name, _), child in children.items():
                if child.kind == "dir":
                    walk(child, f"{path}/{name}")
                elif child.kind == "file" and len(child.variants()) > 1 and id(child) not in seen:
                    seen.add(id(child))
                    found.append((child, child.variants(), f"{path}/{name}"))

        walk(self.top, "")
        return found

    def build(self, chosen):
        """The tree that a set of choices gives: path -> bytes, None for a directory, "fifo"; None if no disk would do that."""
        tree = {}

        def walk(node, path):
            names = dict(node.kept)
            for (holder, name), (value, needs) in ((k, v) for k, v in chosen.items() if isinstance(k, tuple) and k[0] is node):
                if value is None and needs:  # a rename may leave both names, never none
                    there = chosen.get(needs)
                    if there is not None and there[0] is not self.moved.get((holder, name)):
                        return False
                names.pop(name, None)
                if value:
                    names[name] = value
            for name, child in names.items():
                where = f"{path}/{name}"
                if child.kind == "dir":
                    tree[where] = None
                    if not walk(child, where):
                        return False
                else:
                    tree[where] = "fifo" if child.kind == "fifo" else chosen.get(child, child.data if child.data == child.synced else child.synced)
            return True

        self.moved = self.latest()
        return tree if walk(self.top, "") else None

    def latest(self):
        """(directory, old name) -> the node that its last pending rename moved away."""
        moved = {}

        def walk(node, seen):
            if id(node) in seen:
                return
            seen.add(id(node))
            was = dict(node.kept)
            for name, value, needs in node.pending:
                if value is None and needs:
                    moved[(node, name)] = was.get(name)
                if value:
                    was[name] = value
                else:
                    was.pop(name, None)
                if value and value.kind == "dir":
                    walk(value, seen)
            for child in list(node.names.values()) + list(node.kept.values()):
                if child.kind == "dir":
                    walk(child, seen)

        walk(self.top, set())
        return moved

    def cuts(self, seed):
        """All trees (within bounds) that a cut may leave now."""
        found = self.choices()
        core = [(k, v) for k, v, path in found if not LOGS.search(path)]
        logs = [(k, v) for k, v, path in found if LOGS.search(path)]
        dice = random.Random(seed)
        size = 1
        for _, values in core:
            size *= len(values)
        if size <= FULL:
            picks = list(itertools.product(*(range(len(v)) for _, v in core)))
        else:
            first, last = [0] * len(core), [len(v) - 1 for _, v in core]
            picks = [first, last]
            for base in (first, last):
                for i, (_, values) in enumerate(core):
                    picks += [[*base[:i], n, *base[i + 1 :]] for n in range(len(values))]
            picks += [[dice.randrange(len(v)) for _, v in core] for _ in range(SAMPLE)]
        for pick in picks:
            for kind in ("all", "none", "some"):
                chosen = {k: v[n] for (k, v), n in zip(core, pick)}
                for key, values in logs:
                    # of a name the last value is the newest, of data the first
                    newest = len(values) - 1 if isinstance(key, tuple) else 0
                    oldest = 0 if isinstance(key, tuple) else 1
                    chosen[key] = values[{"all": newest, "none": oldest, "some": dice.randrange(len(values))}[kind]]
                tree = self.build(chosen)
                if tree is not None:
                    yield tree
