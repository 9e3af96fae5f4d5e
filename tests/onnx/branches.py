"""A model without Ifs: the nodes of the branches that are taken, in their places.

Names within a branch get those of the If and the branch in front, `if1/then_branch/x`, as Toeplix
lists them.
"""

import onnx


def inline_branches(model, values_of):
    """Puts the branches that are taken in place of the Ifs, those in branches too.

    `values_of(model, names)` gives the values of tensors, by which it is known which are taken.
    """
    model = onnx.ModelProto.FromString(model.SerializeToString())
    while any(node.op_type == "If" for node in model.graph.node):
        conditions = {node.input[0] for node in model.graph.node if node.op_type == "If"}
        values = values_of(model, sorted(conditions))
        nodes = []
        for node in model.graph.node:
            nodes += _branch_nodes(model, node, values) if node.op_type == "If" else [node]
        nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
        del model.graph.node[:]
        model.graph.node.extend(nodes)
    return model


def _branch_nodes(model, node, values):
    taken = "then_branch" if values[node.input[0]].all() else "else_branch"
    branch = next(a.g for a in node.attribute if a.name == taken)
    prefix = f"{node.name}/{taken}/"
    new_names = {name: prefix + name for name in _made_in(branch)}
    for tensor in branch.initializer:
        tensor.name = new_names[tensor.name]
        model.graph.initializer.append(tensor)
    for inner in branch.node:
        _rename(inner, new_names)
        inner.name = prefix + inner.name
        inner.output[:] = [new_names.get(name, name) for name in inner.output]
    yield from branch.node
    for output, name in zip(branch.output, node.output):
        yield onnx.helper.make_node("Identity", [new_names.get(output.name, output.name)], [name])


def _made_in(graph):
    names = {tensor.name for tensor in graph.initializer}
    return names | {name for node in graph.node for name in node.output if name}


def _rename(node, new_names):
    """What a node and its branches read."""
    node.input[:] = [new_names.get(name, name) for name in node.input]
    for attribute in node.attribute:
        if attribute.type != onnx.AttributeProto.GRAPH:
            continue
        own = _made_in(attribute.g)
        seen = {name: new for name, new in new_names.items() if name not in own}
        for inner in attribute.g.node:
            _rename(inner, seen)
        for output in attribute.g.output:
            output.name = seen.get(output.name, output.name)
