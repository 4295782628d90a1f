def handler(event, context):
    return [piece for piece in context.input]
