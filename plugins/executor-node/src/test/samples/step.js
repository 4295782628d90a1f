const ask = (context) => context.random();

exports.undo = async (context, input, output) => [input, output, await context.random('undo')];

exports.handler = async (event, context) => context.step('one', ask, {n: 1}, {compensate: exports.undo});
