async def handler(event, context):
    return await context.wait_event("gts.x.core.faas.event.v1~order.paid.v1~", "event.total > 10", timeout_ms=3600000)
