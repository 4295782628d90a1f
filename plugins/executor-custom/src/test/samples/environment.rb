def handler(event:, context:)
  ENV["COLOUR"]
end
