"""Samples of RNN, GRU or LSTM, all of the batch at once, with the state carried from dimension to dimension."""

import torch

from sequences import drawn, head, step_embedded


def samplers(tensors, options):
    count, cell = options['count'], options['cell']
    length = tensors['blocks.1.weight'].shape[0]
    weights = {name.removeprefix('blocks.2.'): tensor for name, tensor in tensors.items() if name.startswith('blocks.2.')}

    def rnn(e, state):
        h = torch.tanh(torch.addmm(weights['bias'], torch.cat([e, state[0]], 1), weights['weight']))
        return h, (h,)

    def lstm(e, state):
        h, c = state
        i, f, g, o = torch.addmm(weights['bias'], torch.cat([e, h], 1), weights['weight']).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, (h, c)

    def gru(e, state):
        (h,) = state
        r, z = torch.sigmoid(torch.addmm(weights['gates.bias'], torch.cat([e, h], 1), weights['gates.weight'])).chunk(2, 1)
        n = torch.tanh(torch.addmm(weights['candidate.bias'], torch.cat([e, r * h], 1), weights['candidate.weight']))
        h = n + z * (h - n)
        return h, (h,)

    step = {'rnn': rnn, 'lstm': lstm, 'gru': gru}[cell]
    hidden = tensors['blocks.3.norm.gain'].shape[0]

    def draw(with_log_prob: bool):
        state = (torch.zeros(count, hidden), torch.zeros(count, hidden))[: 2 if cell == 'lstm' else 1]
        levels = torch.empty(length, count, dtype=torch.long)
        total, x = torch.zeros(count), None
        for t in range(length):
            h, state = step(step_embedded(tensors, x, t, count), state)
            x, nats = drawn(head(tensors, 'blocks.3', h))
            levels[t] = x
            total += nats
        return -total if with_log_prob else levels

    return {'state carried': draw}
