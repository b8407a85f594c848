"""Fine-tuned layers to the files that the package reads: an int8 ONNX encoder and the head as arrays."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from bench.insights.train.encoder import Head, Upper
from bench.insights.train.teacher import Lower

OPSET = 17


class Whole(nn.Module):
    """Frozen and fine-tuned layers in one."""

    def __init__(self, lower: Lower, upper: Upper) -> None:
        super().__init__()
        self.lower, self.layers = lower, upper.layers

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        states = self.lower(ids)
        for layer in self.layers:
            states = layer(states)
        return states


def save(lower: Lower, upper: Upper, folder: Path) -> None:
    """Writes encoder.onnx and head.npz."""
    with tempfile.TemporaryDirectory() as scratch:
        plain = str(Path(scratch) / "encoder.onnx")
        axes = {0: "windows", 1: "tokens"}
        torch.onnx.export(
            Whole(lower, upper).eval(),
            (torch.randint(5, 1000, (2, 64)),),
            plain,
            input_names=["ids"],
            output_names=["states"],
            dynamic_axes={"ids": axes, "states": axes},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            plain,
            str(folder / "encoder.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    np.savez_compressed(folder / "head.npz", **arrays(upper.head))


def arrays(head: Head) -> dict[str, np.ndarray]:
    """The weights of the head under the names that the package uses; float16."""
    found = {
        "attention": head.attention.weight[0],
        "attention bias": head.attention.bias,
        "hidden": head.hidden.weight.T,
        "hidden bias": head.hidden.bias,
        "out": head.out.weight[0],
        "out bias": head.out.bias,
        "span": torch.stack([head.span.weight, head.span.bias]),
        "context": torch.stack([head.context.weight, head.context.bias]),
        "document": torch.stack([head.document.weight, head.document.bias]),
    }
    return {name: values.detach().numpy().astype(np.float16) for name, values in found.items()}
