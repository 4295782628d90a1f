def handler(event, context):
    context.sleep(60000).result()
    return "slept"
