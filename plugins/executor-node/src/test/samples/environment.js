exports.handler = async () => process.env.COLOUR ?? null;
