exports.handler = async (event, context) => [await context.now(), await context.random()];
