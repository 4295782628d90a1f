def handler(event:, context:)
  return )
end
