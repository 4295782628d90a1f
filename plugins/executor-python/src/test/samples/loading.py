print("loading")


def handler(event, context):
    return event
