const ask = (context) => context.random();

exports.handler = (event, context) => Promise.all([context.step('a', ask), context.step('b', ask)]);
