def handler(event, context):
    context.progress(0.0, "begun")
    while True:
        pass
