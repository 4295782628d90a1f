def handler(event, context):
    raise ValueError("out of cheese")
