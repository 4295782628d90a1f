def handler(event:, context:)
  exit!(3)
end
