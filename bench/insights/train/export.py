"""The chosen layers and the values of their states to the file that the package reads: an int8 ONNX encoder."""

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from bench.insights.train.encoder import Values

OPSET = 17


def save(values: Values, path: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        plain = str(Path(scratch) / "encoder.onnx")
        axes = {0: "windows", 1: "tokens"}
        torch.onnx.export(
            values.eval(),
            (torch.randint(5, 1000, (2, 64)),),
            plain,
            input_names=["ids"],
            output_names=["values"],
            dynamic_axes={"ids": axes, "values": axes},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            plain,
            str(path),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
