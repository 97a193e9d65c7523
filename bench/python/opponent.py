"""The opponent: a process that prepares one row's model in PyTorch and runs it when it is told to.

Reads one JSON request a line and answers one JSON line each:
  {"do": "prepare", "row", "tensors", "options", "threads", "compiled"}  ->  {"kind", "formulations": [name], "parameters", "version"}
  {"do": "check", "formulation", "count"}                               ->  {"values": [...]}     losses of the first steps, or log p of samples
  {"do": "run", "formulation", "count"}                                 ->  {"milliseconds": [...]}
A failed request is answered {"error": text}.
"""

import importlib
import json
import os
import sys
import time

import torch

from tensors import read_tensors
from training import Trainer


class Training:
    """A row that trains: `formulations(tensors, options)` of its module answers {name: function that makes a Formulation}."""

    def __init__(self, module, tensors, options, compiled: bool):
        self.makers = module.formulations(tensors, options)
        self.compiled = compiled
        self.trainers: dict[str, Trainer] = {}

    names = property(lambda self: list(self.makers))

    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in next(iter(self.makers.values()))().parameters)

    def trainer(self, name: str) -> Trainer:
        if name not in self.trainers:
            self.trainers[name] = Trainer(self.makers[name](), self.compiled)
        return self.trainers[name]

    def check(self, name: str, count: int) -> list[float]:
        trainer = Trainer(self.makers[name](), self.compiled)
        return [trainer.step() for _ in range(count)]

    def run(self, name: str):
        self.trainer(name).step()


class Sampling:
    """A row that samples: `samplers(tensors, options)` answers {name: function that draws and answers log p of each sample}."""

    def __init__(self, module, tensors, options, compiled: bool):
        self.samplers = module.samplers(tensors, options)
        self.size = sum(tensor.numel() for tensor in tensors.values())

    names = property(lambda self: list(self.samplers))

    def parameters(self) -> int:
        return self.size

    def check(self, name: str, count: int) -> list[float]:
        with torch.no_grad():
            return self.samplers[name](True).tolist()

    def run(self, name: str):
        with torch.no_grad():
            self.samplers[name](False)


class Operations:
    """Not a model: `operations()` answers {name: function(count) that does an operation so many times}."""

    def __init__(self, module, _tensors, _options, _compiled):
        self.operations = module.operations()

    names = property(lambda self: list(self.operations))

    def parameters(self) -> int:
        return 0

    def check(self, name: str, count: int) -> list[float]:
        return []

    def run(self, name: str):
        self.operations[name]()


KINDS = {'formulations': Training, 'samplers': Sampling, 'operations': Operations}


def answer(request: dict, subject):
    if request['do'] == 'prepare':
        torch.set_num_threads(request['threads'])
        torch.manual_seed(0)
        module = importlib.import_module(f'rows.{request["row"]}')
        tensors = read_tensors(request['tensors']) if request.get('tensors') else {}
        kind = next(make for name, make in KINDS.items() if hasattr(module, name))
        subject = kind(module, tensors, request.get('options') or {}, request.get('compiled', False))
        return subject, {'formulations': subject.names, 'parameters': subject.parameters(), 'version': torch.__version__}
    if request['do'] == 'check':
        return subject, {'values': subject.check(request['formulation'], request['count'])}
    milliseconds = []
    for _ in range(request['count']):
        started = time.perf_counter()
        subject.run(request['formulation'])
        milliseconds.append((time.perf_counter() - started) * 1e3)
    return subject, {'milliseconds': milliseconds}


def main():
    # Answers go to the real standard output alone; whatever libraries print goes to standard error.
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    subject = None
    for line in sys.stdin:
        try:
            subject, result = answer(json.loads(line), subject)
        except Exception as error:
            result = {'error': f'{type(error).__name__}: {error}'.strip().split('\n')[0][:500]}
        answers.write(json.dumps(result) + '\n')
        answers.flush()


if __name__ == '__main__':
    main()
