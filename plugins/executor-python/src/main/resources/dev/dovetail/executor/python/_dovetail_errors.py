"""Errors as the protocol has them."""
import builtins

from _dovetail_host import Exit, HostError, Leave, Nondeterministic
from _dovetail_link import brief

MOST_CAUSES = 5
GROUP = getattr(builtins, "BaseExceptionGroup", ())


def explain(error, code):
    """An error as the protocol has it."""
    said = explained(error, code)
    said["message"] = brief(said["message"])
    return said


def explained(error, code):
    if isinstance(error, Leave):
        return {"message": "left"}
    if isinstance(error, HostError):
        return {"message": str(error), "name": "HostError", "refused": error.ask}
    if isinstance(error, Exit):
        said = {"message": error.error["message"], "details": error.error.get("details", {})}
        if "id" in error.error:
            said["id"] = error.error["id"]
        return said
    frames = frames_of(error, code)
    if isinstance(error, Nondeterministic):
        return dict(error.place or (frames[0] if frames else {}), id=error.id, message=str(error))
    kind = type(error).__name__
    said = {"name": kind, "message": words(error) + causes(error)}
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(code):
        frames.insert(0, {"function": "", "file": error.filename[len(code):], "line": error.lineno or 0,
                          "column": error.offset or 0})
        said["message"] = "%s: %s" % (kind, error.msg)
    if isinstance(error, MemoryError):
        said["memory"] = True
    said["frames"] = frames[:50]
    if frames:
        said.update(file=frames[0]["file"], line=frames[0]["line"], column=frames[0]["column"])
    return said


def words(error):
    """What an error says; its kind tells something unless it is the one for everything."""
    kind = type(error).__name__
    try:
        said = str(error)
    except Exception:
        said = ""
    return said if said and kind in ("Exception", "HostError") else kind + ": " + said if said else kind


def causes(error):
    """What an error came of, as Python shows it below a trace: often it alone says what is wrong."""
    said, known = "", []
    while len(known) < MOST_CAUSES:
        known.append(error)
        if isinstance(error, GROUP):
            said += ": " + "; ".join(words(each) for each in error.exceptions[:MOST_CAUSES])
        by = ", caused by "
        cause = error.__cause__
        if cause is None and not error.__suppress_context__:
            by, cause = ", while handling ", error.__context__
        if cause is None or cause in known or isinstance(cause, Leave):
            break
        said += by + words(cause)
        error = cause
    return said


def frames_of(error, code):
    """Innermost first."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(code):
            frames.insert(0, {"function": trace.tb_frame.f_code.co_name, "file": file[len(code):],
                              "line": trace.tb_lineno, "column": column(trace)})
        trace = trace.tb_next
    return frames


def column(trace):
    """From 1, or 0 where the language does not tell: before 3.11."""
    positions = getattr(trace.tb_frame.f_code, "co_positions", None)
    if positions is None:
        return 0
    for index, (_, _, start, _) in enumerate(positions()):
        if index == trace.tb_lasti // 2:
            return 0 if start is None else start + 1
    return 0
