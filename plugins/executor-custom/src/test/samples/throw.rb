def handler(event:, context:)
  raise ArgumentError, "out of cheese"
end
