def handler(event, context):
    return [context.now().result(), context.random().result()]
