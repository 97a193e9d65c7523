"""An LSTM over the pixels, with PyTorch's own fused nn.LSTM."""

import torch
import torch.nn.functional as F

from training import Formulation, parameter


def formulations(tensors, options):
    x = tensors['x']  # [B, T]
    batch, length = x.shape
    hidden = tensors['output.weight'].shape[0]

    def make(batch_first: bool):
        def formulation():
            net = torch.nn.LSTM(1, hidden, batch_first=batch_first)
            # The same order of gates on both sides: i, f, g, o. PyTorch's second bias stays 0.
            weight = tensors['lstm.weight'].t()
            with torch.no_grad():
                net.weight_ih_l0.copy_(weight[:, :1])
                net.weight_hh_l0.copy_(weight[:, 1:])
                net.bias_ih_l0.copy_(tensors['lstm.bias'])
                net.bias_hh_l0.zero_()
            net.bias_hh_l0.requires_grad_(False)
            weight_out, bias_out = parameter(tensors['output.weight']), parameter(tensors['output.bias'])
            targets = x if batch_first else x.t().contiguous()
            before = torch.cat([torch.zeros(batch, 1), x[:, :-1]], 1)
            inputs = (before if batch_first else before.t().contiguous())[:, :, None]

            def loss():
                h = net(inputs)[0]
                logits = torch.matmul(h, weight_out)[:, :, 0] + bias_out
                return F.binary_cross_entropy_with_logits(logits, targets, reduction='sum') / batch

            trained = [net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, weight_out, bias_out]
            return Formulation(trained, loss)

        return formulation

    return {'nn.LSTM': make(False), 'nn.LSTM, batch first': make(True)}
