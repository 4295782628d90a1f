def handler(event, context):
    context.chunk({"n": 1}).result()
    context.chunk(["two"]).result()
    return "sent"
