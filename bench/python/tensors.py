"""Reads the weights and batches that the benchmark writes (safetensors), without a package for it."""

import json
import struct

import torch

DTYPES = {'F32': torch.float32, 'I32': torch.int32, 'U8': torch.uint8}


def read_tensors(path: str) -> dict[str, torch.Tensor]:
    with open(path, 'rb') as file:
        content = bytearray(file.read())
    (length,) = struct.unpack_from('<Q', content)
    tensors = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        if name == '__metadata__':
            continue
        first, last = (8 + length + offset for offset in entry['data_offsets'])
        tensors[name] = torch.frombuffer(content[first:last], dtype=DTYPES[entry['dtype']]).reshape(entry['shape'])
    return tensors
