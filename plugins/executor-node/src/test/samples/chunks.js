exports.handler = async (event, context) => {
  await context.chunk({ n: 1 });
  await context.chunk(['two']);
  return 'sent';
};
