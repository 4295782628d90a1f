exports.handler = async (event, context) => {
  context.progress(0, 'begun');
  for (;;);
};
