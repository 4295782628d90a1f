def fail(ctx, input):
    raise ValueError("out of cheese")


def handler(event, context):
    return context.step("one", fail)
