import asyncio


async def ask(ctx, input):
    return await ctx.random()


async def handler(event, context):
    return await asyncio.gather(context.step("a", ask), context.step("b", ask))
