"""Looks at a file without running it: a line of JSON for each problem."""
import ast
import json
import sys


def problem(code, message, line=0, column=0, remedy=None):
    said = {"code": code, "message": message, "line": line or 0, "column": column or 0}
    if remedy:
        said["remedy"] = remedy
    print(json.dumps(said))


def names(tree):
    """What the file defines, as far as it is written down; None if it may define anything."""
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name == "*":
                    return None
                found.add((alias.asname or alias.name).split(".")[0])
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                found.update(each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        elif not isinstance(node, (ast.Expr, ast.Pass)):
            return None  # inside of an if or a try anything may be defined
    return found


def takes_two(function):
    arguments = function.args
    positional = len(getattr(arguments, "posonlyargs", [])) + len(arguments.args)
    needed = positional - len(arguments.defaults)
    keywords = [each for each in arguments.kw_defaults if each is None]
    return not keywords and needed <= 2 and (positional >= 2 or arguments.vararg is not None)


def main(path, function):
    with open(path, "rb") as source:
        text = source.read()
    try:
        tree = ast.parse(text, path)
        compile(tree, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        problem("SYNTAX_ERROR", "%s: %s" % (type(error).__name__, error.msg), error.lineno, error.offset)
        return
    except (ValueError, RecursionError, MemoryError) as error:
        problem("SYNTAX_ERROR", "The file cannot be read as Python: %s" % error)
        return
    write = "write: def %s(event, context):" % function
    known = names(tree)
    if known is not None and function not in known:
        problem("HANDLER_NOT_FOUND", "The handler \"%s\" is not defined" % function, remedy=write)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
            if not takes_two(node):
                problem("HANDLER_PARAMETERS", "The handler \"%s\" does not take two parameters" % function,
                        node.lineno, node.col_offset + 1, write)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
