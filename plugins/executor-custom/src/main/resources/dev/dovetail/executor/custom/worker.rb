# Runs a function's calls, one at a time, for the process that started this one. The protocol is docs/worker-protocol.md.
require "json"
require "socket"

module Dovetail
  HELLO, INIT, READY, INVOKE, RESULT, ERROR, NOTE, ASK, NEXT, REPLY, STOP, PING, PONG, CLOSE = (1..14).to_a

  # The other side has gone.
  class Closed < StandardError; end

  # The code has to leave: nothing that it does from here on counts. Not a StandardError, so that few rescue it.
  class Leave < Exception; end

  # What was asked of the system was refused.
  class HostError < StandardError
    attr_reader :ask, :id, :owner, :details

    def initialize(ask, fault)
      super(fault["message"])
      @ask, @id, @owner, @details = ask, fault["id"], fault["owner"], fault["details"] || {}
    end
  end

  # Ends the call with an error of the function's own.
  class Failure < StandardError
    attr_reader :id, :details

    def initialize(message, id: nil, details: {})
      super(message)
      @id, @details = id, details
    end
  end

  # Frames, over a Unix domain socket or over the standard streams.
  class Link
    def initialize(address)
      if address == "stdio"
        # what the function prints must not get among the frames
        @in, @out = $stdin.dup, $stdout.dup
        $stdout.reopen($stderr)
        $stdin.reopen("/dev/null")
      else
        @in = @out = UNIXSocket.new(address)
      end
      @in.binmode
      @out.binmode
      @out.sync = true
    end

    def send_frame(kind, header, payload = "")
      head = header.empty? ? "" : JSON.generate(header)
      head = head.b
      payload = payload.b
      @out.write([5 + head.bytesize + payload.bytesize, kind, head.bytesize].pack("NCN"), head, payload)
    rescue SystemCallError, IOError
      raise Closed
    end

    def frame
      length, kind, head = read(9).unpack("NCN")
      header = head.zero? ? {} : JSON.parse(read(head).force_encoding("UTF-8"))
      rest = length - 5 - head
      [kind, header, rest.zero? ? "" : read(rest)]
    end

    private

    def read(bytes)
      piece = @in.read(bytes)
      raise Closed if piece.nil? || piece.bytesize < bytes
      piece
    rescue SystemCallError, IOError
      raise Closed
    end
  end

  # An answer that is under way.
  class Pending
    def initialize(call, &meaning)
      @call, @meaning, @done = call, meaning, false
    end

    def done?
      @done
    end

    def answer(value, error)
      @done, @value, @error = true, value, error
    end

    # Waits for the answer.
    def result
      @call.wait until @done
      raise @error if @error
      @meaning ? @meaning.call(@value) : @value
    end
  end

  # One call, as the protocol has it.
  class Call
    attr_reader :number
    attr_accessor :over, :left

    def initialize(link, code, number)
      @link, @code, @number = link, code, number
      @asked = 0
      @pending = {}
    end

    def check
      raise Leave if @left
      raise "the system can be asked only while its call runs" if @over
    end

    def tell(note, payload = "")
      check
      @link.send_frame(NOTE, note.merge("call" => @number), payload)
    end

    def ask(question, payload = "", &meaning)
      check
      @asked += 1
      pending = @pending[@asked] = Pending.new(self, &meaning)
      place = caller_locations.find { |each| each.path.start_with?(@code) }
      said = question.merge("call" => @number, "ask" => @asked)
      said.update("file" => place.path[@code.size..], "line" => place.lineno) if place
      @link.send_frame(ASK, said, payload)
      pending
    end

    # Nothing can go on without another answer.
    def wait
      check
      @link.send_frame(NEXT, { "call" => @number }) unless @wanting
      @wanting = true
      take(*@link.frame)
      check
    end

    def take(kind, header, payload)
      if kind == PING
        @link.send_frame(PONG, {})
      elsif header["call"] == @number
        @left = true if kind == STOP
        reply(header, payload) if kind == REPLY
      end
    end

    private

    def reply(header, payload)
      @wanting = false
      pending = @pending.delete(header["ask"])
      if header.key?("refused")
        pending.answer(nil, HostError.new(header["ask"], header["refused"]))
      else
        pending.answer(payload.empty? ? nil : Dovetail.parse(payload), nil)
      end
    end
  end

  # What is known of a call, and what can be asked while it runs. Questions are answered with a Pending.
  class Context
    attr_reader :execution_id, :correlation_id, :tenant_id, :function_name, :function_version, :memory_limit_in_mb,
                :attempt, :identity, :deadline_ms

    def initialize(call, init, header)
      @call = call
      @execution_id = header["execution"]
      @correlation_id = header["correlation"] || @execution_id
      @tenant_id = init["tenantId"]
      @function_name = init["functionName"]
      @function_version = init["version"].to_s
      @memory_limit_in_mb = init["memoryMb"]
      @attempt = header["attempt"] || 1
      @replay = header["replay"] || false
      @identity = header["identity"]
      @deadline_ms = header["deadline"]
    end

    alias aws_request_id execution_id

    def replay?
      @replay
    end

    def get_remaining_time_in_millis
      [0, @deadline_ms - (Time.now.to_f * 1000).to_i].max
    end

    def log(message, level: "info", **fields)
      @call.tell({ "note" => "log", "level" => level, "message" => Dovetail.brief(message) },
                 fields.empty? ? "" : JSON.generate(fields))
    end

    def progress(fraction, message = "")
      raise ArgumentError, "the fraction is from 0 to 1, not #{fraction}" unless (0..1).cover?(fraction)
      @call.tell({ "note" => "progress", "fraction" => fraction, "message" => Dovetail.brief(message) })
    end

    def metric(name, value, **labels)
      @call.tell({ "note" => "measure", "metric" => name, "value" => value, "labels" => labels.transform_values(&:to_s) })
    end

    def now
      @call.ask({ "kind" => "now" })
    end

    def random(label = nil)
      @call.ask(label ? { "kind" => "random", "label" => label } : { "kind" => "random" })
    end

    def sleep(milliseconds)
      raise ArgumentError, "milliseconds cannot be negative: #{milliseconds}" if milliseconds.negative?
      @call.ask({ "kind" => "sleep", "ms" => milliseconds.to_i }) { nil }
    end

    def secret(name)
      @call.ask({ "kind" => "secret", "name" => name })
    end

    def http(method, url, body: nil, headers: {}, timeout_ms: 30_000)
      named = headers.to_h { |name, value| [name.to_s, Array(value).map(&:to_s)] }
      payload = body.nil? ? "" : body.is_a?(String) ? body : JSON.generate(body)
      unless body.nil? || body.is_a?(String) || named.keys.any? { |name| name.casecmp?("content-type") }
        named["content-type"] = ["application/json"]
      end
      @call.ask({ "kind" => "http", "method" => method, "url" => url, "headers" => named, "timeoutMs" => timeout_ms },
                payload)
    end

    def invoke(callable, params = {}, mode: "sync", timeout_ms: nil, on_parent_end: "cancel")
      question = { "kind" => "invoke", "callable" => callable, "mode" => mode, "onParentEnd" => on_parent_end }
      question["timeoutMs"] = timeout_ms if timeout_ms
      @call.ask(question, JSON.generate(params))
    end

    def wait_for_event(type, filter: "", timeout_ms: nil)
      question = { "kind" => "event", "type" => type, "filter" => filter }
      question["timeoutMs"] = timeout_ms if timeout_ms
      @call.ask(question)
    end

    def call(name, version: 1, **arguments)
      @call.ask({ "kind" => "other", "name" => name, "version" => version }, JSON.generate(arguments))
    end
  end

  # The code of a version.
  class Function
    attr_reader :init, :code

    def initialize(init)
      @init = init
      @code = File.join(init["code"], "")
    end

    def load
      ENV.update(@init["environment"])
      # of two layers with the same file the later one counts
      @init["layers"].each { |layer| $LOAD_PATH.unshift(File.join(layer, "ruby", "lib")) }
      $LOAD_PATH.unshift(@init["code"], File.join(@init["code"], "lib"))
      Kernel.require(File.join(@init["code"], @init["file"]))
      @handler = find(@init["function"])
      self
    end

    # A method at the top, or one of a class or module: Orders.handler
    def find(name)
      owner, _, method = name.rpartition(".")
      on = owner.empty? ? TOPLEVEL_BINDING.receiver : Object.const_get(owner)
      raise NameError, "The file \"#{@init["file"]}\" has no method \"#{name}\"" unless on.respond_to?(method, true)
      on.method(method)
    end

    def call(header, payload, context)
      method = header.key?("function") ? find(header["function"]) : @handler
      arguments = { event: Dovetail.parse(payload), context: context }
      arguments[:output] = header["output"] if header.key?("step")
      known = method.parameters
      return method.call(*arguments.values.first([method.arity.abs, 2].min)) if known.none? { |kind, _| kind.to_s.start_with?("key") }
      arguments = arguments.slice(*known.map(&:last)) unless known.any? { |kind, _| kind == :keyrest }
      method.call(**arguments)
    end
  end

  def self.parse(json)
    JSON.parse(json.force_encoding("UTF-8"), max_nesting: 1000)
  end

  def self.body(value, most)
    begin
      body = JSON.generate(value, max_nesting: 1000)
    rescue JSON::GeneratorError, JSON::NestingError => error
      raise TypeError, "the answer is no JSON: #{error.message}"
    end
    raise "the answer has #{body.bytesize} bytes; at most #{most} are allowed" if body.bytesize > most
    body
  end

  LONGEST = 1 << 16

  # A text for people, and in a header: no longer than anybody reads, and without what UTF-8 does not have.
  def self.brief(text)
    text = text.to_s
    text = "#{text[0, LONGEST]}..." if text.size > LONGEST
    text.encoding == Encoding::UTF_8 ? text.scrub : text.encode("UTF-8", invalid: :replace, undef: :replace)
  end

  # An error as the protocol has it.
  def self.explain(error, code)
    said = explained(error, code)
    said.merge("message" => brief(said["message"]))
  end

  def self.explained(error, code)
    return { "message" => "left" } if error.is_a?(Leave)
    return { "message" => error.message, "name" => "HostError", "refused" => error.ask } if error.is_a?(HostError)
    if error.is_a?(Failure)
      said = { "message" => error.message, "details" => error.details }
      said["id"] = error.id if error.id
      return said
    end
    frames = (error.backtrace_locations || []).select { |each| each.path.start_with?(code) }.first(50).map do |each|
      { "function" => each.label.to_s, "file" => each.path[code.size..], "line" => each.lineno }
    end
    plain = [RuntimeError, StandardError].include?(error.class)
    said = { "name" => error.class.name, "message" => plain ? error.message : "#{error.class.name}: #{error.message}" }
    if error.is_a?(SyntaxError) && error.message =~ /\A(.+?):(\d+):/ && $1.start_with?(code)
      frames.unshift("function" => "", "file" => $1[code.size..], "line" => $2.to_i)
    end
    said["memory"] = true if error.is_a?(NoMemoryError)
    said["frames"] = frames
    said.update("file" => frames[0]["file"], "line" => frames[0]["line"]) unless frames.empty?
    said
  end

  def self.run(link, function, header, payload)
    call = Call.new(link, function.code, header["call"])
    context = Context.new(call, function.init, header)
    secrets = header["environment"] || {}
    ENV.update(secrets)
    begun = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :microsecond)
    begin
      body = body(function.call(header, payload, context), function.init["outputBytes"])
      kind, said = RESULT, {}
    rescue SystemExit, Closed
      raise
    rescue Exception => error
      kind, said, body = ERROR, explain(error, function.code), ""
    ensure
      secrets.each_key { |name| ENV[name] = function.init["environment"][name] }
      flush
    end
    call.over = true
    said["call"] = call.number
    said["cpuMicros"] = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :microsecond) - begun
    begin
      link.send_frame(kind, said, body)
    rescue JSON::GeneratorError, JSON::NestingError => error # what an error of the function's own tells
      wrong = "the details of the error are no JSON: #{error.message}"
      link.send_frame(ERROR, { "call" => call.number, "name" => "TypeError", "message" => brief(wrong) })
    end
  end

  def self.flush
    $stdout.flush
    $stderr.flush
  rescue IOError, SystemCallError
    nil # the function closed them
  end

  # Loads the function, or tells why it cannot be.
  def self.load(link, init)
    function = Function.new(init).load
    flush
    link.send_frame(READY, {})
    function
  rescue SystemExit, Closed
    raise
  rescue Exception => error
    flush
    link.send_frame(ERROR, explain(error, File.join(init["code"], "")))
    nil
  end

  def self.serve(link)
    function = nil
    loop do
      kind, header, payload = link.frame
      case kind
      when INVOKE then run(link, function, header, payload)
      when INIT then function = load(link, header)
      when PING then link.send_frame(PONG, {})
      when CLOSE then return
      end # what belongs to a call that has ended comes too late
    end
  rescue Closed
    nil
  end

  def self.main
    link = Link.new(ENV.delete("DOVETAIL_SOCKET"))
    link.send_frame(HELLO, { "protocol" => [1], "token" => ENV.delete("DOVETAIL_TOKEN"), "pid" => Process.pid,
                             "runtime" => "ruby #{RUBY_VERSION}" })
    $stdout.sync = false
    serve(link)
  end
end

Dovetail.main
