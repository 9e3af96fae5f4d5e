"""The linear parts of a neural network in an ONNX file."""

import os
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse

from . import _core
from ._affine_map import map_of
from ._arguments import as_integer, as_integers, as_resources, as_scalar_type
from ._errors import GeometryError
from ._keywords import suggest_keywords
from ._words import meant


class OnnxTensor(NamedTuple):
    """A tensor of a model.

    Attributes
    ----------
    name : str
        In the model; that of one in a branch of an If begins with the If and the branch.
    shape : tuple of int
        All axes, the batch among them.
    """

    name: str
    shape: tuple


@dataclass(frozen=True)
class OnnxOtherNode:
    """A node that is not linear, or whose operator is not known.

    Attributes
    ----------
    name, op_type, domain : str
        As the model has them; ``domain`` is empty for ONNX's own operators.
    position : int
        Among all nodes of the model, from 0.
    inputs, outputs : tuple of OnnxTensor
        Those that are not constant.
    known : bool
        Whether the operator is known.
    reason : str
        Why it is not linear, or what is not known.
    """

    name: str
    op_type: str
    domain: str
    position: int
    inputs: tuple
    outputs: tuple
    known: bool
    reason: str


class OnnxPart:
    """What segments and nodes have in common: y = A x + b, made when it is asked for."""

    def __init__(self, core, dtype):
        self._core = core
        self._dtype = dtype

    @property
    def name(self):
        """The node's name, of a segment that of its last node."""
        return self._core.name

    @property
    def inputs(self):
        """The tensors that it is a function of, a tuple of OnnxTensor."""
        return _tensors(self._core.inputs)

    @property
    def output(self):
        """The tensor that it makes, an OnnxTensor."""
        return _tensor(self._core.output)

    @property
    def shape(self):
        """Rows and columns of ``A``."""
        return self._core.rows, sum(self._core.cols(i) for i in range(len(self._core.inputs)))

    @property
    def dtype(self):
        """Of the numbers: float64 if the model computes in doubles anywhere, otherwise float32."""
        return self._dtype

    @property
    def A(self):
        """The matrix, a csr_matrix, compiled anew each time. See `matrix`."""
        return self.matrix()

    @property
    def b(self):
        """What is added: an array with one number for every row."""
        return self.map().b

    @suggest_keywords
    def map(self, input=0, *, dtype=None, threads=None, memory_budget=None):
        """A and b of one input, with the shapes of the tensors.

        Parameters
        ----------
        input : int or str
            The number of the input, or its name (default: the first). What is added is in the map
            of the first; the maps of the others add zeros, so that y is the sum of all of them.
        dtype : dtype
            float32 or float64 (default: ``self.dtype``).
        threads, memory_budget : int
            As for `toeplix.matrix`.

        Returns
        -------
        AffineMap

        Raises
        ------
        CapacityError
            If the matrix exceeds the memory.
        """
        number = self._number_of(input)
        return self._map(number, self._is_double(dtype), as_resources(threads, memory_budget))

    @suggest_keywords
    def matrix(self, *, dtype=None, threads=None, memory_budget=None):
        """The matrix, a csr_matrix; those of several inputs stand side by side.

        Arguments and errors are those of `map`.
        """
        is_double, resources = self._is_double(dtype), as_resources(threads, memory_budget)
        count = len(self._core.inputs)
        matrices = [self._map(number, is_double, resources).A for number in range(count)]
        return matrices[0] if count == 1 else scipy.sparse.hstack(matrices, format="csr")

    def _map(self, number, is_double, resources):
        return map_of(self._core.map(number, is_double, **resources))

    def _is_double(self, dtype):
        wanted = self._dtype if dtype is None else as_scalar_type(dtype)
        if wanted.kind == "c":
            raise TypeError(f"dtype is {wanted}; expected float32 or float64")
        return wanted == np.float64

    def _number_of(self, input):
        names = [name for name, _ in self._core.inputs]
        if isinstance(input, str):
            if input in names:
                return names.index(input)
            raise GeometryError(f"{self.name} has no input '{input}'{_did_you_mean(input, names)}")
        number = as_integer(input, "input")
        if 0 <= number < len(names):
            return number
        raise GeometryError(f"input is {number}; {self.name} has {len(names)}, counted from 0")


class OnnxNode(OnnxPart):
    """A node that is linear. See `from_onnx`, which finds them.

    ``A`` and ``b`` are compiled each time they are asked for. A node with several outputs is one
    for each, called ``name[0]``, ``name[1]``.
    """

    @property
    def op_type(self):
        """ONNX's name of the operator."""
        return self._core.op_type

    @property
    def position(self):
        """Its place among all nodes of the model, from 0."""
        return self._core.position

    @property
    def nnz(self):
        """Entries of ``A``, without making it."""
        return sum(self._core.nnz(i) for i in range(len(self._core.inputs)))

    @property
    def spec(self):
        """The text form of a Conv or ConvTranspose; None of other operators.

        ``toeplix.operator(node.weights, node.spec)`` is the node without its matrix, for one image
        of the batch.
        """
        return self._core.spec

    @property
    def weights(self):
        """The weights of a Conv or ConvTranspose, in ONNX's shape; None of other operators."""
        if self.spec is None:
            return None
        numbers = self._core.weights(self._dtype == np.float64)
        return numbers.reshape(self._core.weights_shape)

    @property
    def bias(self):
        """The bias of a Conv or ConvTranspose, zeros if it has none; None of other operators."""
        return None if self.spec is None else self._core.bias(self._dtype == np.float64)

    @property
    def batch(self):
        """Images that a Conv or ConvTranspose takes one by one; 1 of other operators."""
        return self._core.batch

    @suggest_keywords
    def rows(self, first, last, input=0, *, dtype=None, threads=None, memory_budget=None):
        """Rows [first, last) of an input's map alone, as an AffineMap.

        So a matrix that memory does not hold is made in parts. See `map`.
        """
        ends = as_integer(first, "first"), as_integer(last, "last")
        resources = as_resources(threads, memory_budget)
        number, is_double = self._number_of(input), self._is_double(dtype)
        return map_of(self._core.rows_of(*ends, number, is_double, *resources.values()))

    def __repr__(self):
        rows, cols = self.shape
        return f"OnnxNode({self.name!r}, {self.op_type}, {rows} x {cols}, {self.nnz} entries)"


class OnnxSegment(OnnxPart):
    """A tensor as a linear function of those that it comes from. See `from_onnx`.

    ``A`` and ``b`` are composed of the nodes' each time they are asked for.
    """

    @property
    def nodes(self):
        """Its nodes in an order in which they can be computed, a tuple of OnnxNode."""
        return tuple(OnnxNode(core, self._dtype) for core in self._core.nodes)

    @property
    def nnz(self):
        """Entries of the matrices of all nodes; ``A`` may have more or fewer."""
        return self._core.nnz()

    @property
    def is_chain(self):
        """Whether every node has one input, the output of the one before it."""
        return self._core.is_chain

    def __repr__(self):
        rows, cols = self.shape
        count = len(self._core.nodes)
        nodes = "1 node" if count == 1 else f"{count} nodes"
        return f"OnnxSegment({self.name!r}, {rows} x {cols}, {nodes})"


class OnnxModel:
    """A model's linear parts. See `from_onnx`, which reads one.

    It is a sequence of its segments: ``model[0]``, ``model["name"]``, ``len(model)``.
    """

    def __init__(self, core):
        self._core = core
        self._dtype = np.dtype(np.float64 if core.has_doubles else np.float32)
        self._segments = tuple(OnnxSegment(each, self._dtype) for each in core.segments)

    @property
    def opset(self):
        """The version of ONNX's own operators."""
        return self._core.opset

    @property
    def inputs(self):
        """Those that have no numbers in the model, a tuple of OnnxTensor."""
        return _tensors(self._core.inputs)

    @property
    def outputs(self):
        """What the model gives, a tuple of OnnxTensor."""
        return _tensors(self._core.outputs)

    @property
    def segments(self):
        """What the linear nodes make together, a tuple of OnnxSegment, in order."""
        return self._segments

    @property
    def nodes(self):
        """The linear nodes, a tuple of OnnxNode, in an order in which they can be computed."""
        return tuple(OnnxNode(core, self._dtype) for core in self._core.nodes)

    @property
    def nonlinear(self):
        """The other nodes, a tuple of OnnxOtherNode."""
        return tuple(_other(record) for record in self._core.nonlinear)

    def __len__(self):
        return len(self._segments)

    def __iter__(self):
        return iter(self._segments)

    def __getitem__(self, key):
        if not isinstance(key, str):
            return self._segments[key]
        for segment in self._segments:
            if segment.name == key:
                return segment
        names = [segment.name for segment in self._segments]
        raise KeyError(f"the model has no segment '{key}'{_did_you_mean(key, names)}")

    def __repr__(self):
        count = len(self._core.nodes)
        return f"OnnxModel({count} linear nodes in {len(self)} segments, operator set {self.opset})"


@suggest_keywords
def from_onnx(path, *, shapes=None, threads=None, memory_budget=None):
    """The linear parts of a neural network in an ONNX file, as matrices: y = A x + b.

    A segment is a tensor that a node which is not linear needs, or the caller of the model, as a
    function of the tensors that it comes from: inputs of the model and outputs of nodes that are
    not linear. Nothing is compiled before it is asked for.

    Parameters
    ----------
    path : str or path-like
        The file; or its bytes, if the weights are in it.
    shapes : dict
        Shapes of inputs that have free dimensions, by name: ``{"x": (1, 3, 224, 224)}``.
    threads : int
        Default: as many as there are cores.
    memory_budget : int
        Bytes that reading may take (default: what is free).

    Returns
    -------
    OnnxModel
        A sequence of OnnxSegment, with ``nodes``, ``nonlinear``, ``inputs`` and ``outputs``.

    Raises
    ------
    FormatError
        If the file is no model, or contradicts itself. The message names the node.
    GeometryError
        If an input has free dimensions and no shape is given, or shapes do not fit.
    CapacityError
        If the weights exceed the memory.
    ImportError
        If the package was built without ONNX.

    Notes
    -----
    Operator sets 7 to 21. The matrices are those of ONNX's tensors in C order, all axes flattened,
    the batch too. Of several inputs the columns stand side by side, in the order of ``inputs``.

    Examples
    --------
    >>> import toeplix
    >>> model = toeplix.from_onnx("net.onnx", shapes={"x": (1, 3, 224, 224)})  # doctest: +SKIP
    >>> A, b = model[0].A, model[0].b  # doctest: +SKIP
    """
    if not _core.has_onnx:
        raise ImportError(
            "toeplix.from_onnx needs the component onnx, which this build of the package does not "
            "have; build it with ONNX (libonnx-dev, libprotobuf-dev) and TOEPLIX_BUILD_ONNX=ON"
        )
    keywords = {"shapes": _as_shapes(shapes), **as_resources(threads, memory_budget)}
    if isinstance(path, (bytes, bytearray, memoryview)):
        return OnnxModel(_core.read_onnx_bytes(bytes(path), **keywords))
    return OnnxModel(_core.read_onnx(os.fsdecode(path), **keywords))


def _as_shapes(shapes):
    if shapes is None:
        return {}
    if not hasattr(shapes, "items"):
        raise TypeError(f"shapes is {shapes!r}; expected a dictionary, as {{'x': (1, 3, 224, 224)}}")
    return {name: list(as_integers(shape, f"shapes[{name!r}]")) for name, shape in shapes.items()}


def _did_you_mean(word, words):
    found = meant(word, "", words)
    return f"; did you mean {found}?" if found else ""


def _tensor(pair):
    name, shape = pair
    return OnnxTensor(name, tuple(shape))


def _tensors(pairs):
    return tuple(_tensor(pair) for pair in pairs)


def _other(record):
    record["inputs"] = _tensors(record["inputs"])
    record["outputs"] = _tensors(record["outputs"])
    return OnnxOtherNode(**record)
