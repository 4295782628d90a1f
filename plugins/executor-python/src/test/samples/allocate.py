def handler(event, context):
    context.progress(0.0, "begun")
    held = []
    while True:
        held.append(b"x" * (1 << 20))
