function fail() {
  throw new Error('out of cheese');
}

exports.handler = async (event, context) => context.step('one', fail);
