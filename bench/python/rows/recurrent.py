"""RNN, GRU or LSTM over the dimensions: embedding of the value before, position, one recurrent layer, a head."""

import torch

from sequences import embedded, head, nats
from training import Formulation, parameter

NETS = {'rnn': torch.nn.RNN, 'lstm': torch.nn.LSTM}


def gru_loop(gates_in: torch.Tensor, candidate_in: torch.Tensor, gates: torch.Tensor, candidate: torch.Tensor) -> torch.Tensor:
    """Products of the inputs with biases [T, B, 2H] and [T, B, H], matrices of the state [H, 2H] and [H, H] -> states [T, B, H]."""
    h = torch.zeros_like(candidate_in[0])
    states = []
    for t in range(gates_in.shape[0]):
        r, z = torch.sigmoid(torch.addmm(gates_in[t], h, gates)).chunk(2, 1)
        n = torch.tanh(torch.addmm(candidate_in[t], r * h, candidate))
        h = n + z * (h - n)
        states.append(h)
    return torch.stack(states)


def formulations(tensors, options):
    x, cell = tensors['x'], options['cell']
    batch = x.shape[0]
    names = [name for name in tensors if name != 'x']

    def fused():
        """torch.nn's own layer, whose gates lie in the same order; its second bias stays 0."""
        weights = {name: parameter(tensors[name]) for name in names if not name.startswith('blocks.2.')}
        weight, bias = tensors['blocks.2.weight'], tensors['blocks.2.bias']
        inputs = tensors['blocks.0.weight'].shape[1]
        net = NETS[cell](inputs, weight.shape[0] - inputs)
        with torch.no_grad():
            net.weight_ih_l0.copy_(weight[:inputs].t())
            net.weight_hh_l0.copy_(weight[inputs:].t())
            net.bias_ih_l0.copy_(bias)
            net.bias_hh_l0.zero_()
        net.bias_hh_l0.requires_grad_(False)

        def loss():
            h = net(embedded(weights, x).transpose(0, 1))[0]  # [T, B, H]
            return nats(head(weights, 'blocks.3', h), x.t()) / batch

        return Formulation([*weights.values(), net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0], loss)

    def gru(loop):
        """Its reset gate acts on the state before the product, as Cho et al. have it; torch.nn.GRU's acts after it."""

        def formulation():
            weights = {name: parameter(tensors[name]) for name in names}
            size = weights['blocks.0.weight'].shape[1]

            def loss():
                e = embedded(weights, x).transpose(0, 1)
                gates, candidate = weights['blocks.2.gates.weight'], weights['blocks.2.candidate.weight']
                gates_in = torch.matmul(e, gates[:size]) + weights['blocks.2.gates.bias']
                candidate_in = torch.matmul(e, candidate[:size]) + weights['blocks.2.candidate.bias']
                h = loop(gates_in, candidate_in, gates[size:], candidate[size:])
                return nats(head(weights, 'blocks.3', h), x.t()) / batch

            return Formulation(list(weights.values()), loss)

        return formulation

    if cell != 'gru':
        return {NETS[cell].__name__: fused}
    return {'a loop over the steps': gru(gru_loop), 'the same, scripted': gru(torch.jit.script(gru_loop))}
