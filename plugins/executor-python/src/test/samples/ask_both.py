def handler(event, context):
    for each in [context.sleep(1), context.sleep(2)]:
        each.result()
    return "both"
