"""Lets the PyTorch wheel for Linux be imported without the CUDA libraries that it is linked with.

The wheel of the package index is built for CUDA: its libraries name about 2 GB of NVIDIA packages that a processor never calls, but without
which they cannot be loaded. This writes small shared libraries of the same names in the place where PyTorch looks for them, and one that
they all need, in which every function answers cudaErrorNoDevice. The processor's side of PyTorch is a library of its own, untouched and as fast as ever;
torch.cuda.is_available() is False. Used in the benchmark's own environment only.

    python cuda_stubs.py      # in the environment; says how many libraries it wrote
"""

import struct
import sysconfig
from pathlib import Path

NO_DEVICE = 100  # cudaErrorNoDevice
RETURN_NO_DEVICE = {
    62: b'\xb8' + struct.pack('<I', NO_DEVICE) + b'\xc3',  # x86-64: mov eax, 100; ret
    183: struct.pack('<II', 0x52800000 | NO_DEVICE << 5, 0xD65F03C0),  # AArch64: mov w0, #100; ret
}
LIBRARY_PREFIXES = ('libcu', 'libnccl', 'libnv')
FUNCTION_PREFIXES = ('cu', 'nccl', 'nv')
# The functions are in a library apart: the loader takes an unversioned function from any library but the one that its version names.
FUNCTIONS = 'libno_cuda_device.so'
DRIVER = 'libcuda.so.1'  # of the graphics driver, never of a package; only optional libraries need it
DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME, DT_RUNPATH = 1, 4, 5, 6, 10, 11, 14, 29
DYNAMIC, DYNSYM, VERSYM, VERNEED = 6, 11, 0x6FFFFFFF, 0x6FFFFFFE


class Library:
    """What a 64-bit little-endian ELF library needs and defines."""

    def __init__(self, path: Path):
        with path.open('rb') as file:
            header = file.read(64)
            self.machine = struct.unpack_from('<H', header, 18)[0]
            start, size, count = struct.unpack_from('<Q', header, 40)[0], *struct.unpack_from('<HH', header, 58)
            file.seek(start)
            table = file.read(size * count)
            sections = [struct.unpack_from('<IIQQQQIIQQ', table, size * i) for i in range(count)]

            def content(section) -> bytes:
                file.seek(section[4])
                return file.read(section[5])

            found = {section[1]: (content(section), content(sections[section[6]])) for section in sections if section[1] in (DYNAMIC, DYNSYM, VERSYM, VERNEED)}

        dynamic, strings = found[DYNAMIC]
        self.needed = [text(strings, value) for tag, value in struct.iter_unpack('<qQ', dynamic) if tag == DT_NEEDED]
        versions = versions_needed(*found[VERNEED]) if VERNEED in found else {}
        symbols, strings = found[DYNSYM]
        version_of = [number & 0x7FFF for (number,) in struct.iter_unpack('<H', found[VERSYM][0])] if VERSYM in found else []
        self.defined: set[str] = set()
        self.undefined: dict[str, str] = {}  # name -> library that its version names, '' when it names none
        for index, (name, info, _other, section, _value, _size) in enumerate(struct.iter_unpack('<IBBHQQ', symbols)):
            if section:
                self.defined.add(text(strings, name))
            elif name and info >> 4 == 1:  # global; weak ones may stay undefined
                self.undefined[text(strings, name)] = versions.get(version_of[index], '') if version_of else ''


def text(strings: bytes, offset: int) -> str:
    return strings[offset : strings.index(b'\0', offset)].decode()


def versions_needed(section: bytes, strings: bytes) -> dict[int, str]:
    """Version number -> the library that has to define it."""
    numbers, at = {}, 0
    while True:
        _version, count, file, first, following = struct.unpack_from('<HHIII', section, at)
        entry = at + first
        for _ in range(count):
            _hash, _flags, number, _name, step = struct.unpack_from('<IHHII', section, entry)
            numbers[number & 0x7FFF] = text(strings, file)
            entry += step
        if not following:
            return numbers
        at += following


def elf_hash(name: str) -> int:
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def shared_library(name: str, machine: int, functions: list[str], needed: str | None = None) -> bytes:
    """A library of that name whose functions all answer NO_DEVICE, and which may need another one beside it."""
    code = RETURN_NO_DEVICE[machine]
    strings, offsets = bytearray(b'\0'), []
    for entry in [name, needed or '', '$ORIGIN', *functions]:
        offsets.append(len(strings))
        strings += entry.encode() + b'\0'

    code_at = 64 + 3 * 56
    symbols_at = code_at + 16
    hash_at = symbols_at + 24 * (1 + len(functions))
    buckets, chain = [0] * max(1, len(functions) // 2), [0] * (1 + len(functions))
    for index, function in enumerate(functions, 1):
        bucket = elf_hash(function) % len(buckets)
        chain[index], buckets[bucket] = buckets[bucket], index
    hashes = struct.pack(f'<{2 + len(buckets) + len(chain)}I', len(buckets), len(chain), *buckets, *chain)
    hashes += bytes(-len(hashes) % 8)
    strings_at = hash_at + len(hashes)
    dynamic_at = strings_at + len(strings) + -(strings_at + len(strings)) % 8

    # Named section 1, which need not exist: anything but 0 means defined.
    symbols = bytes(24) + b''.join(struct.pack('<IBBHQQ', at, 0x12, 0, 1, code_at, len(code)) for at in offsets[3:])
    entries = [(DT_SONAME, offsets[0]), (DT_HASH, hash_at), (DT_STRTAB, strings_at), (DT_SYMTAB, symbols_at), (DT_STRSZ, len(strings)), (DT_SYMENT, 24)]
    if needed:
        entries += [(DT_NEEDED, offsets[1]), (DT_RUNPATH, offsets[2])]
    dynamic = b''.join(struct.pack('<qQ', *entry) for entry in [*entries, (0, 0)])
    total = dynamic_at + len(dynamic)
    header = b'\x7fELF\x02\x01\x01' + bytes(9) + struct.pack('<HHIQQQIHHHHHH', 3, machine, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    segments = (
        struct.pack('<IIQQQQQQ', 1, 7, 0, 0, 0, total, total, 0x10000)  # one segment, loaded whole: the loader writes into the dynamic section
        + struct.pack('<IIQQQQQQ', 2, 6, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8)
        + struct.pack('<IIQQQQQQ', 0x6474E551, 6, 0, 0, 0, 0, 0, 16)  # no executable stack
    )
    image = bytearray(total)
    for at, part in [(0, header), (64, segments), (code_at, code), (symbols_at, symbols), (hash_at, hashes), (strings_at, strings), (dynamic_at, dynamic)]:
        image[at : at + len(part)] = part
    return bytes(image)


def main() -> None:
    packages = Path(sysconfig.get_path('purelib'))
    libraries = [Library(path) for path in sorted((packages / 'torch' / 'lib').glob('*.so*')) if not path.is_dir()]
    defined = set().union(*(library.defined for library in libraries))
    names = sorted({name for library in libraries for name in library.needed if name.startswith(LIBRARY_PREFIXES) and name != DRIVER})
    functions = {
        function
        for library in libraries
        for function, source in library.undefined.items()
        # NCCL and NVSHMEM give their functions no version; Python's, which have none either, are named otherwise.
        if source in names or (not source and function.startswith(FUNCTION_PREFIXES) and function not in defined)
    }
    major = next((name.rsplit('.', 1)[1] for name in names if name.startswith('libcudart.so')), '')
    folder = packages / 'nvidia' / f'cu{major}' / 'lib'
    folder.mkdir(parents=True, exist_ok=True)
    machine = libraries[0].machine
    (folder / FUNCTIONS).write_bytes(shared_library(FUNCTIONS, machine, sorted(functions)))
    for name in names:
        (folder / name).write_bytes(shared_library(name, machine, [], FUNCTIONS))
    print(len(names))


if __name__ == '__main__':
    main()
