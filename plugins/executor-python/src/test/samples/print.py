def handler(event, context):
    print("one")
    print("two")
    return "done"
