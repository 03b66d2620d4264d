# The same with the SDK of Ruby, as Debian has it.
require 'sentry-ruby'

client = ARGV[0]
Sentry.init do |config|
  config.dsn = ENV['SENTRY_DSN']
  config.release = "#{client}@1"
  config.environment = 'staging'
  config.traces_sample_rate = 1.0
  config.background_worker_threads = 0
end
Sentry.set_tags(client: client)
Sentry.set_user(id: 'u-1', email: 'ann@example.com')
Sentry.set_extras(cart: { tea: 2, password: 'hunter2' })
Sentry.add_breadcrumb(Sentry::Breadcrumb.new(category: 'cart', message: 'added tea', data: { count: 2 }))

def check_out(order, client)
  raise ArgumentError, 'port 99999 is out of range'
rescue ArgumentError
  raise "order #{order} of #{client} failed"
end

[13, 14].each do |order|
  begin
    check_out(order, client)
  rescue RuntimeError => error
    Sentry.capture_exception(error)
  end
  Sentry.capture_message("stock is low for #{client}", level: :warning) if order == 13
end
transaction = Sentry.start_transaction(name: "check out #{client}", op: 'task')
transaction.finish
puts 'error,message,causes,person,extra,trail,trace'
