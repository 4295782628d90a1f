async def ask(ctx, input):
    return await ctx.random()


async def undo(ctx, input, output):
    return [input, output, await ctx.random("undo")]


async def handler(event, context):
    return await context.step("one", ask, {"n": 1}, compensate=undo)
